// Choice of the task: links in a row, and a native select on phones.
import { counted } from '../data/format';
import { loadTask } from '../data/loading';
import type { Shell, Task } from '../data/shell';
import type { StabilityChoice } from '../state/parameters';
import type { RouteName } from '../state/routes';
import { addressOf, type Change } from '../state/useViewState';
import { Link, openView } from './Link';

interface TaskTabsProps {
  shell: Shell;
  route: RouteName;
  current: Task;
  /** State of the view for another task; what depends on the task (filters, deadline) is left out. */
  stateFor?: (task: Task) => Change;
  stability?: StabilityChoice | undefined;
}

export function TaskTabs({ shell, route, current, stateFor = () => ({}), stability = 'stable' }: TaskTabsProps) {
  const stateOf = (task: Task): Change => ({ task: task.name, ...stateFor(task) });
  const prefetch = (task: Task) => void loadTask(task, stability).catch(() => undefined); // the view reports failures
  return (
    <>
      <nav className="tabs" aria-label="Tasks">
        {shell.tasks.map((task) => (
          <Link
            key={task.name}
            to={route}
            state={stateOf(task)}
            aria-current={task === current ? 'true' : undefined}
            onPointerEnter={() => prefetch(task)}
            onFocus={() => prefetch(task)}
          >
            {task.displayName} <span className="tab-count">{counted(task.runCount)}</span>
          </Link>
        ))}
      </nav>
      <label className="task-select">
        <span className="visually-hidden">Task</span>
        <select
          value={current.name}
          onChange={(event) => {
            const task = shell.tasks.find(({ name }) => name === event.target.value);
            if (task) openView(addressOf(route, stateOf(task)));
          }}
        >
          {shell.tasks.map((task) => (
            <option key={task.name} value={task.name}>
              {task.displayName} · {counted(task.runCount)} runs
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
