// Table of runs: a header button sorts, a value filters, a checkbox selects a run to compare.
import { memo, type MouseEvent } from 'react';

import { middleEllipsis } from '../../data/format';
import type { Sort } from '../../data/order';
import { fieldOf, gpusOf, type Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { filterText, filterValue } from '../../filters/labels';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import { SortHeader } from '../../parts/SortHeader';
import { cellText, cellTitle, FIRST_COLUMN, type RunColumn } from './columns';

/** Longer texts are shortened; the tooltip has them whole. */
const LONGEST_TEXT = 36;

interface RunsTableProps {
  shell: Shell;
  task: string;
  caption: string;
  first: RunColumn;
  columns: readonly RunColumn[];
  rows: readonly Run[];
  /** Names of columns whose values filter on a click. */
  filtering: ReadonlySet<string>;
  batch: RunColumn | undefined;
  sort: Sort | null;
  onSort: (column: string) => void;
  onFilter: (column: string, value: string) => void;
  selected: ReadonlySet<string>;
  mostSelected: number;
  /** Does not change between renderings, so that rows are not rendered again. */
  onSelect: (id: string, isSelected: boolean) => void;
}

export function RunsTable({ rows, columns, first, onFilter, ...props }: RunsTableProps) {
  const { shell, task, caption, sort, onSort, selected, mostSelected, filtering, batch, onSelect } = props;
  // One listener for all cells; the buttons in them make it work by keyboard.
  const filter = ({ target }: MouseEvent) => {
    const { column, value } = (target as Element).closest<HTMLElement>('button[data-column]')?.dataset ?? {};
    if (column !== undefined && value !== undefined) onFilter(column, value);
  };
  return (
    <div className="data-scroll" tabIndex={0} role="region" aria-label="Table of runs">
      <table className="table data-table runs-table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            <SortHeader {...header(first)} sort={sort} onSort={onSort} />
            <th scope="col">
              <span className="visually-hidden">Run</span>
            </th>
            {columns.map((column) => (
              <SortHeader key={column.name} {...header(column)} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody onClick={filter}>
          {rows.map((run, index) => {
            const isSelected = selected.has(run.id);
            const isFull = !isSelected && selected.size >= mostSelected;
            // Another order fills the same elements, which takes half of the time that new ones take.
            return <Row key={index} {...{ shell, task, run, columns, filtering, batch, isSelected, isFull, onSelect }} />;
          })}
        </tbody>
      </table>
    </div>
  );
}

function header({ name, title, unit, isNumber, column }: RunColumn) {
  return { name, title, unit, isNumber, description: column.description.replaceAll('`', '') };
}

interface RowProps extends Pick<RunsTableProps, 'shell' | 'task' | 'columns' | 'filtering' | 'batch' | 'onSelect'> {
  run: Run;
  isSelected: boolean;
  isFull: boolean;
}

const Row = memo(function Row({ shell, task, run, columns, filtering, batch, isSelected, isFull, onSelect }: RowProps) {
  const { id, nickname, modelId } = run;
  const batchText = batch && cellText(batch, run);
  const label = `${nickname} on ${gpusOf(run)}${batchText ? `, batch ${batchText}` : ''}`;
  return (
    <tr>
      <th scope="row">
        <span className="runs-model">
          <input
            type="checkbox"
            aria-label={`Compare ${label}`}
            checked={isSelected}
            disabled={isFull}
            onChange={({ target }) => onSelect(id, target.checked)}
          />
          <span className="runs-name">
            <Link to="model" state={{ id: modelId, task }} title={nickname}>
              {middleEllipsis(nickname)}
            </Link>
            <Badge run={run} />
          </span>
          {filtering.has(FIRST_COLUMN) && (
            <button type="button" className="runs-only" data-column="model_id" data-value={modelId} aria-label={`Only ${nickname}`}>
              only
            </button>
          )}
        </span>
      </th>
      <td>
        <Link to="run" state={{ id }} aria-label={`Run of ${label}`}>
          Run
        </Link>
      </td>
      {columns.map((column) => (
        <Cell key={column.name} shell={shell} run={run} column={column} isFiltering={filtering.has(column.name)} />
      ))}
    </tr>
  );
});

/** Unstable runs are marked wherever they are shown, with the reason. */
function Badge({ run }: { run: Run }) {
  if (fieldOf(run, 'isStable') !== false) return null;
  const reason = fieldOf(run, 'unstableReason');
  const text = typeof reason === 'string' && reason !== '' ? `unstable: ${reason}` : 'unstable';
  return (
    <span className="runs-badge" title={text}>
      {text}
    </span>
  );
}

function Cell({ shell, run, column, isFiltering }: { shell: Shell; run: Run; column: RunColumn; isFiltering: boolean }) {
  const text = cellText(column, run);
  const value = filterValue(run, column.field);
  const className = column.isNumber ? 'number' : undefined;
  if (text === null || value === null) {
    return (
      <td className={className}>
        <span className="muted" role="img" aria-label="not available">
          –
        </span>
      </td>
    );
  }
  const mark = column.name === 'gpu_model' && <GpuMarkIcon shell={shell} gpuModel={text} />;
  const shown = middleEllipsis(text, LONGEST_TEXT);
  if (!isFiltering) {
    return (
      <td className={className} title={cellTitle(column, run)}>
        {mark} {shown}
      </td>
    );
  }
  const label = `Only ${filterText(column.column, { in: [value] }, NO_MODELS)}`;
  return (
    <td className={className}>
      {mark}{' '}
      <button type="button" className="runs-value" data-column={column.name} data-value={value} aria-label={label} title={cellTitle(column, run)}>
        {shown}
      </button>
    </td>
  );
}

const NO_MODELS: ReadonlyMap<string, string> = new Map();
