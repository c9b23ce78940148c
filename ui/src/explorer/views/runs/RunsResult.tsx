// The headline, the table with its pages, or the reason for an empty table.
import { useEffect, useMemo, useRef } from 'react';

import { counted, plural } from '../../data/format';
import { MOST_RUNS } from '../../data/loading';
import { measuresOf } from '../../data/measures';
import { nextSort, parseSort, type Sort } from '../../data/order';
import type { Run } from '../../data/runs';
import { columnOf, type Shell, tableOf, type Task } from '../../data/shell';
import { EmptyByFilters } from '../../filters/EmptyByFilters';
import { distinct, MOST_VALUES } from '../../filters/facets';
import { nameOf } from '../../filters/labels';
import { Headline } from '../../parts/Headline';
import { Notices } from '../../parts/states';
import { type Filters, isRange } from '../../state/filters';
import type { StabilityChoice, ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import { columnsOf, FIRST_COLUMN, type RunColumn } from './columns';
import { pageCount, Pages, ROWS_PER_PAGE } from './Pages';
import { RunsTable } from './RunsTable';
import { usePrinting } from './usePrinting';
import { MOST_COMPARED, type RunSelectionControl } from './useSelectedRuns';
import type { ShownRuns } from './useShownRuns';

/** A column of texts or whole numbers with more values than this is not filtered by a click: files, reasons. */
const MOST_CLICKABLE = 200;

interface RunsResultProps {
  shell: Shell;
  task: Task;
  state: ViewState;
  shown: ShownRuns;
  isLoading: boolean;
  change: (change: Change) => void;
  selection: RunSelectionControl;
}

export function RunsResult({ shell, task, state, shown, isLoading, change, selection }: RunsResultProps) {
  const { runs, rows, columns, matchCount, totalCount } = shown;
  const { filters } = state;
  const isPrinting = usePrinting();
  const sort = knownSort(shell, task, state.sort);
  const page = Math.min(state.page ?? 1, pageCount(rows.length));
  const start = isPrinting ? 0 : (page - 1) * ROWS_PER_PAGE;
  const onPage = isPrinting ? rows : rows.slice(start, start + ROWS_PER_PAGE);
  const [first, batch] = useMemo(() => {
    const all = columnsOf(shell, task);
    return [FIRST_COLUMN, measuresOf(task).batch.column].map((name) => all.find((column) => column.name === name));
  }, [shell, task]);
  const filtering = useMemo(() => filteringColumns(runs, columns, filters), [runs, columns, filters]);
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => {
    container.current?.querySelector('.data-scroll')?.scrollTo({ top: 0 });
  }, [page, state.sort]);

  if (first === undefined) return null;
  const order = sort ? `by ${nameOf(sort.column)}, ${sort.isDescending ? 'descending' : 'ascending'}` : 'by model, GPU, number of GPUs and batch';
  const caption = `Rows ${counted(start + 1)} to ${counted(start + onPage.length)} of ${counted(rows.length)}, ordered ${order}.`;
  return (
    <div ref={container} className="runs-result" data-loading={isLoading}>
      <Headline>{headline(task, filters, state.stability, matchCount, totalCount)}</Headline>
      {rows.length < matchCount && (
        <Notices notices={[`The first ${counted(MOST_RUNS)} of ${plural(matchCount, 'run')} are shown; narrow the filters to see the others.`]} />
      )}
      {rows.length === 0 && totalCount > 0 && <EmptyByFilters shell={shell} task={task} runs={runs} state={state} change={change} />}
      {rows.length > 0 && (
        <>
          <p className="runs-caption muted">{caption}</p>
          <RunsTable
            shell={shell}
            task={task.name}
            caption={caption}
            first={first}
            columns={columns}
            rows={onPage}
            filtering={filtering}
            batch={batch}
            sort={sort}
            onSort={(column) => change({ page: undefined, sort: nextSort(sort, column) })}
            onFilter={(column, value) => change({ page: undefined, filters: { ...filters, [column]: { in: [value] } } })}
            selected={selection.ids}
            mostSelected={MOST_COMPARED}
            onSelect={selection.select}
          />
          <Pages page={page} rows={rows.length} show={(next) => change({ page: next === 1 ? undefined : next })} />
        </>
      )}
    </div>
  );
}

export function headline(task: Task, filters: Filters, stability: StabilityChoice = 'stable', matchCount: number, totalCount: number): string {
  const noun = stability === 'unstable' && tableOf(task) === 'llm' ? 'unstable run' : 'run';
  const all = `${plural(totalCount, noun)} of ${task.displayName}`;
  return Object.keys(filters).length === 0 ? `${all}.` : `${counted(matchCount)} of ${all} match.`;
}

/** The order of the URL, if its column is one of the task's. */
export function knownSort(shell: Shell, task: Task, text: string | undefined): Sort | null {
  const sort = parseSort(text);
  return sort && columnOf(shell, tableOf(task), sort.column) ? sort : null;
}

/** Columns whose values filter on a click: not measured values, and not a column that admits one value already. */
function filteringColumns(runs: readonly Run[], columns: readonly RunColumn[], filters: Filters): ReadonlySet<string> {
  const isFixed = (name: string) => {
    const filter = filters[name];
    return filter !== undefined && !isRange(filter) && filter.in.length === 1;
  };
  const names = columns
    .filter(({ name, field, column }) => !isFixed(name) && distinct(runs, field).size <= (column.type === 'float' ? MOST_VALUES : MOST_CLICKABLE))
    .map(({ name }) => name);
  return new Set(isFixed('model_id') ? names : [FIRST_COLUMN, ...names]);
}
