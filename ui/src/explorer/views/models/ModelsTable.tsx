// Table of models.
import { counted, full, measured, middleEllipsis } from '../../data/format';
import { type Measure, valueOf } from '../../data/measures';
import type { Sort } from '../../data/order';
import { gpusOf } from '../../data/runs';
import { Link } from '../../parts/Link';
import { SortHeader } from '../../parts/SortHeader';
import type { ModelColumn, ModelRow } from './columns';

interface ModelsTableProps {
  caption: string;
  columns: readonly ModelColumn[];
  rows: readonly ModelRow[];
  /** Measure of the last column; null without a task. */
  energy: Measure | null;
  task: string | undefined;
  sort: Sort | null;
  onSort: (column: string) => void;
}

export function ModelsTable({ caption, columns, rows, energy, task, sort, onSort }: ModelsTableProps) {
  return (
    <div className="data-scroll" tabIndex={0} role="region" aria-label="Table of models">
      <table className="table data-table models-table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <SortHeader key={column.name} {...column} sort={sort} onSort={onSort} />
            ))}
            <th scope="col" className="models-tasks">
              Tasks
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.model.modelId} row={row} energy={energy} task={task} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row: { model, best }, energy, task }: { row: ModelRow } & Pick<ModelsTableProps, 'energy' | 'task'>) {
  const { modelId, nickname, org, architecture, totalParamsBillions, activatedParamsBillions, weightPrecision, runCount, tasks } = model;
  const name = nickname ?? modelId;
  return (
    <tr>
      <th scope="row">
        <Link to="model" state={{ id: modelId, task }} title={modelId}>
          {middleEllipsis(name)}
        </Link>
      </th>
      {energy && (
        <td className="number strong">
          {best ? (
            <Link to="run" state={{ id: best.run.id }} title={`${full(valueOf(energy, best.run))} ${energy.unit} on ${gpusOf(best.run)}`}>
              {measured(valueOf(energy, best.run))}
            </Link>
          ) : (
            <NotAvailable />
          )}
        </td>
      )}
      <td>{org}</td>
      <td>{architecture ?? <NotAvailable />}</td>
      <Parameters billions={totalParamsBillions} />
      <Parameters billions={activatedParamsBillions} />
      <td>{weightPrecision ?? <NotAvailable />}</td>
      <td className="number">{counted(runCount)}</td>
      <td className="models-tasks">
        {tasks.map((each) => (
          <Link key={each.name} to="model" state={{ id: modelId, task: each.name }} aria-label={`${name} on ${each.displayName}`}>
            {each.displayName}
          </Link>
        ))}
      </td>
    </tr>
  );
}

function Parameters({ billions }: { billions: number | null }) {
  return (
    <td className="number" title={billions === null ? undefined : `${full(billions)} · 10⁹ parameters`}>
      {measured(billions)}
    </td>
  );
}

function NotAvailable() {
  return (
    <span className="muted" role="img" aria-label="not available">
      –
    </span>
  );
}
