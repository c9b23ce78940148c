// Choice of the task: links in a row, and a native select on phones.
import { counted } from '../data/format';
import { loadTask } from '../data/loading';
import { type Shell, type Task, taskNamed } from '../data/shell';
import type { StabilityChoice } from '../state/parameters';
import type { RouteName } from '../state/routes';
import { addressOf, type Change } from '../state/useViewState';
import { Link, openView } from './Link';

interface TaskTabsProps {
  shell: Shell;
  route: RouteName;
  /** Null for all tasks. */
  current: Task | null;
  /** Offers all tasks too: the state of the view for them, and a name. */
  all?: { state: Change & { task: string }; label: string };
  /** State of the view for another task; what depends on the task (filters, deadline) is left out. */
  stateFor?: (task: Task) => Change;
  stability?: StabilityChoice | undefined;
}

export function TaskTabs({ shell, route, current, all, stateFor = () => ({}), stability = 'stable' }: TaskTabsProps) {
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
        {all && (
          <Link to={route} state={all.state} aria-current={current === null ? 'true' : undefined}>
            {all.label}
          </Link>
        )}
      </nav>
      <label className="task-select">
        <span className="visually-hidden">Task</span>
        <select
          value={current?.name ?? all?.state.task}
          onChange={(event) => {
            const task = taskNamed(shell, event.target.value);
            openView(addressOf(route, task ? stateOf(task) : (all?.state ?? {})));
          }}
        >
          {shell.tasks.map((task) => (
            <option key={task.name} value={task.name}>
              {task.displayName} · {counted(task.runCount)} runs
            </option>
          ))}
          {all && <option value={all.state.task}>{all.label}</option>}
        </select>
      </label>
    </>
  );
}
