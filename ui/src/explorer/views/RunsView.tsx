// Every run of a task.
import { useTaskRuns } from '../data/loading';
import { columnsToLoad } from '../data/columns';
import { filtered } from '../data/ranking';
import { tableOf, type Task, taskNamed } from '../data/shell';
import { EmptyByFilters } from '../filters/EmptyByFilters';
import { FilterBar } from '../filters/FilterBar';
import { TaskTabs } from '../parts/TaskTabs';
import { useViewState } from '../state/useViewState';
import type { ViewProps } from './contract';

export function RunsView({ shell }: ViewProps) {
  const { state, change } = useViewState('runs', shell.columnNames);
  const task = taskNamed(shell, state.task) ?? (shell.tasks[0] as Task);
  const loading = useTaskRuns(task, state.stability, columnsToLoad(shell, task, Object.keys(state.filters)));
  const runs = loading.data?.runs ?? [];
  const matching = filtered(runs, state.filters, shell, tableOf(task));
  return (
    <>
      <TaskTabs shell={shell} route="runs" current={task} />
      <FilterBar shell={shell} task={task} runs={runs} state={state} change={change} />
      <h1>{matching.length} of {runs.length}</h1>
      {matching.length === 0 && <EmptyByFilters shell={shell} task={task} runs={runs} state={state} change={change} />}
    </>
  );
}
