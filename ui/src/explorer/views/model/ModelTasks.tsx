// Tasks that a model was measured on: links in a row, and a native select on phones.
import { counted, plural } from '../../data/format';
import type { Task } from '../../data/shell';
import { Link, openView } from '../../parts/Link';
import type { ViewState } from '../../state/parameters';
import { addressOf, type Change } from '../../state/useViewState';

interface ModelTasksProps {
  modelId: string;
  tasks: readonly { task: Task; runCount: number }[];
  current: Task;
  state: ViewState;
}

export function ModelTasks({ modelId, tasks, current, state }: ModelTasksProps) {
  const { latency, energy, stability, as } = state;
  const stateOf = (task: Task): Change => ({ id: modelId, task: task.name, latency, energy, stability, as });
  return (
    <>
      <nav className="tabs" aria-label="Tasks of the model">
        {tasks.map(({ task, runCount }) => (
          <Link key={task.name} to="model" state={stateOf(task)} aria-current={task === current ? 'true' : undefined}>
            {task.displayName} <span className="tab-count">{counted(runCount)}</span>
          </Link>
        ))}
      </nav>
      <label className="task-select">
        <span className="visually-hidden">Task</span>
        <select
          value={current.name}
          onChange={(event) => {
            const chosen = tasks.find(({ task }) => task.name === event.target.value);
            if (chosen) openView(addressOf('model', stateOf(chosen.task)));
          }}
        >
          {tasks.map(({ task, runCount }) => (
            <option key={task.name} value={task.name}>
              {task.displayName} · {plural(runCount, 'run')}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
