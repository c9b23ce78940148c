// The runs and columns that the table shows: loaded, filtered and in order.
import { useMemo } from 'react';

import { columnsToLoad, defaultOrder, loadSelection } from '../../data/columns';
import { type Loading, MOST_RUNS, useLoaded, useTaskRuns } from '../../data/loading';
import { ordered, parseSort } from '../../data/order';
import { filtered } from '../../data/ranking';
import { fieldOf, type Run, type TaskRuns } from '../../data/runs';
import { columnOf, type Shell, tableOf, type Task } from '../../data/shell';
import { whereOf } from '../../filters/where';
import type { ViewState } from '../../state/parameters';
import { columnsOf, defaultColumns, FIRST_COLUMN, type RunColumn } from './columns';

export interface ShownRuns {
  /** Loaded runs of the task, before filters. */
  runs: readonly Run[];
  /** Runs that match, in order; at most MOST_RUNS. */
  rows: readonly Run[];
  /** Number of runs that match; more than `rows` for a task that is too large to be loaded whole. */
  matchCount: number;
  /** Number of runs of the task. */
  totalCount: number;
  /** Columns besides the model's. */
  columns: readonly RunColumn[];
  loading: Pick<Loading<TaskRuns>, 'isLoading' | 'error' | 'retry'>;
}

export function useShownRuns(shell: Shell, task: Task, state: ViewState): ShownRuns {
  const { filters, stability = 'stable' } = state;
  const sort = parseSort(state.sort);
  const isDescending = sort?.isDescending ?? false;
  const sortColumn = sort ? columnOf(shell, tableOf(task), sort.column) : undefined;
  const further = columnsToLoad(shell, task, [...(state.cols ?? defaultColumns(task, state)), ...Object.keys(filters), ...(sortColumn ? [sortColumn.name] : [])]);
  const whole = useTaskRuns(task, stability, further);
  // The matches of a task that is not loaded whole are those of the server, in its order.
  const isTooLarge = whole.data !== null && whole.data.totalCount > whole.data.runs.length && !whole.isLoading;
  const selection = {
    where: whereOf(shell, task, filters),
    orderBy: sort && sortColumn ? [{ field: sortColumn.name.toUpperCase(), direction: isDescending ? 'DESC' : 'ASC' }] : defaultOrder(task),
    stability,
  };
  const key = isTooLarge ? JSON.stringify([selection, further.map(({ field }) => field)]) : null;
  const part = useLoaded(key, () => loadSelection(task, selection, further, MOST_RUNS));

  const runs = whole.data?.runs ?? NONE;
  const local = useMemo(() => {
    const matching = filtered(runs, filters, shell, tableOf(task));
    return sortColumn ? ordered(matching, isDescending, { value: (run) => fieldOf(run, sortColumn.field), id: ({ id }) => id }) : matching;
  }, [runs, filters, shell, task, sortColumn, isDescending]);
  const columns = useShownColumns(shell, task, state, runs);
  const totalCount = whole.data?.totalCount ?? 0;
  if (!isTooLarge) return { runs, rows: local, matchCount: local.length, totalCount, columns, loading: whole };
  return { runs, rows: part.data?.runs ?? NONE, matchCount: part.data?.totalCount ?? 0, totalCount, columns, loading: part };
}

/** The chosen columns, or the default ones that have values in this task. */
function useShownColumns(shell: Shell, task: Task, state: ViewState, runs: readonly Run[]): readonly RunColumn[] {
  const names = (state.cols ?? defaultColumns(task, state)).join();
  const isChosen = state.cols !== undefined;
  return useMemo(() => {
    const all = columnsOf(shell, task);
    const named = names.split(',').map((name) => all.find((column) => column.name === name && name !== FIRST_COLUMN));
    return named
      .filter((column) => column !== undefined)
      .filter(({ field }) => isChosen || runs.length === 0 || runs.some((run) => fieldOf(run, field) != null));
  }, [shell, task, names, isChosen, runs]);
}

const NONE: readonly Run[] = [];
