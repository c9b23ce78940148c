// Every run of a task, as a table: filtered, in order, with the columns of one's choice.
import './runs/runs.css';

import { plural } from '../data/format';
import { parseSort } from '../data/order';
import { type Shell, tableOf, type Task, taskNamed } from '../data/shell';
import { FilterBar } from '../filters/FilterBar';
import { Failure, LoadingNote, Notices } from '../parts/states';
import { TaskTabs } from '../parts/TaskTabs';
import { UnknownTask } from '../parts/UnknownTask';
import type { ViewState } from '../state/parameters';
import { useViewState } from '../state/useViewState';
import { withDefaults } from '../take-away/complete-state';
import { TakeAwayButton } from '../take-away/TakeAwayButton';
import type { ViewProps } from './contract';
import { ColumnChooser } from './runs/ColumnChooser';
import { columnsOf, defaultColumns, FIRST_COLUMN } from './runs/columns';
import { RunsResult } from './runs/RunsResult';
import { SelectedRuns } from './runs/SelectedRuns';
import { takeAwayOf } from './runs/takeAway';
import { useSelectedRuns } from './runs/useSelectedRuns';
import { useSettled } from './runs/useSettled';
import { useShownRuns } from './runs/useShownRuns';

export function RunsView({ shell }: ViewProps) {
  const { state, notices, change } = useViewState('runs', shell.columnNames);
  const task = taskNamed(shell, state.task) ?? (shell.tasks[0] as Task);
  const shown = useShownRuns(shell, task, state);
  const { loading, columns } = shown;
  const settled = useSettled({ task, state, shown }, !loading.isLoading && loading.error === null);
  const selection = useSelectedRuns(task.name);
  return (
    <>
      <TaskTabs
        shell={shell}
        route="runs"
        current={task}
        stability={state.stability}
        stateFor={(other) => ({ stability: state.stability, ...(tableOf(other) === tableOf(task) ? { sort: state.sort, cols: state.cols } : {}) })}
      />
      <Notices notices={[...notices, ...ignored(shell, task, state)]} />
      <UnknownTask shell={shell} route="runs" name={state.task} shown={task} />
      <div className="runs-controls">
        <FilterBar shell={shell} task={task} runs={shown.runs} state={state} change={change} />
        <ColumnChooser
          shell={shell}
          task={task}
          columns={columnsOf(shell, task)}
          shown={columns.map(({ name }) => name)}
          show={(names) => change({ cols: isDefault(names, task, state) ? undefined : names })}
        />
        <SelectedRuns task={task} selection={selection} />
        {settled && (
          <TakeAwayButton
            shell={shell}
            route="runs"
            state={withDefaults(settled.task, settled.state, { cols: settled.shown.columns.map(({ name }) => name) })}
            takeAway={settled.shown.rows.length > 0 ? () => takeAwayOf(shell, settled) : null}
          />
        )}
      </div>
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what={`${plural(task.runCount, 'run')} of ${task.displayName}`} />}
      {settled && <RunsResult shell={shell} {...settled} isLoading={loading.isLoading} change={change} selection={selection} />}
    </>
  );
}

/** Names of the URL that this task has no column for. */
function ignored(shell: Shell, task: Task, { cols = [], sort }: ViewState): readonly string[] {
  const known = new Set(columnsOf(shell, task).map(({ name }) => name));
  const sortColumn = parseSort(sort)?.column;
  return [
    ...cols.filter((name) => !known.has(name)).map((name) => `${task.displayName} has no column “${name}”; it is not shown.`),
    ...(sortColumn !== undefined && !known.has(sortColumn) ? [`${task.displayName} has no column “${sortColumn}” to sort by.`] : []),
  ];
}

function isDefault(names: readonly string[] | undefined, task: Task, state: ViewState): boolean {
  return names === undefined || names.filter((name) => name !== FIRST_COLUMN).join() === defaultColumns(task, state).join();
}
