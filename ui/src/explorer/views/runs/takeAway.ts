// What is taken away from the table: the page on screen, and the files of all pages.
import { defaultOrder } from '../../data/columns';
import type { Shell, Task } from '../../data/shell';
import type { ViewState } from '../../state/parameters';
import type { TakeAway } from '../../take-away/contract';
import { FIRST_COLUMN } from './columns';
import { pageCount, ROWS_PER_PAGE } from './Pages';
import { headline, knownSort } from './RunsResult';
import type { ShownRuns } from './useShownRuns';

export async function takeAwayOf(shell: Shell, { task, state, shown }: { task: Task; state: ViewState; shown: ShownRuns }): Promise<TakeAway> {
  const { runsTakeAway } = await import('../../take-away/runs');
  const { rows, columns, matchCount, totalCount } = shown;
  const offset = (Math.min(state.page ?? 1, pageCount(rows.length)) - 1) * ROWS_PER_PAGE;
  const sort = knownSort(shell, task, state.sort);
  return runsTakeAway({
    shell,
    task,
    state,
    title: headline(task, state.filters, state.stability, matchCount, totalCount),
    charts: null,
    fields: [FIRST_COLUMN, ...columns.map(({ field }) => field)],
    order: sort ? [{ field: sort.column.toUpperCase(), direction: sort.isDescending ? 'DESC' : 'ASC' }] : defaultOrder(task),
    shown: rows.slice(offset, offset + ROWS_PER_PAGE),
    offset,
    totalCount: matchCount,
  });
}
