// Two to four runs side by side: all columns of the dataset, those that differ marked.
import { loadRuns, MOST_COMPARED, type ComparedRun } from '../../data/compare';
import { counted, full } from '../../data/format';
import { useLoaded } from '../../data/loading';
import { fieldOf, gpusOf } from '../../data/runs';
import type { Column, Shell } from '../../data/shell';
import { Headline } from '../../parts/Headline';
import { Link } from '../../parts/Link';
import { Failure, LoadingNote, Notices, Nothing } from '../../parts/states';
import type { Change } from '../../state/useViewState';
import { TakeAwayButton } from '../../take-away/TakeAwayButton';

interface ComparedRunsProps {
  shell: Shell;
  ids: readonly string[];
  change: (change: Change) => void;
}

export function ComparedRuns({ shell, ids: given, change }: ComparedRunsProps) {
  const ids = [...new Set(given)].slice(0, MOST_COMPARED);
  const { data, isLoading, error, retry } = useLoaded(JSON.stringify(ids), (signal) => loadRuns(shell, ids, signal));
  if (error) return <Failure error={error} retry={retry} />;
  if (!data || isLoading) return <LoadingNote what="the runs" />;
  const unknown = ids.filter((_, index) => data[index] === undefined);
  const found = data.filter((each) => each !== undefined);
  const remove = (id: string) => change({ runs: ids.filter((each) => each !== id) });
  const notices = [
    ...unknown.map((id) => `This dataset has no run ${id} (revision ${shell.dataset.revision.slice(0, 12)}).`),
    ...(given.length > MOST_COMPARED ? [`At most ${MOST_COMPARED} runs are compared; the others were ignored.`] : []),
  ];
  const tables = new Set<string>(found.map(({ table }) => table));
  const columns = shell.dataset.columns.filter(({ table }) => tables.size === 1 && tables.has(table));
  const differing = columns.filter((column) => differs(column, found));
  const [first] = found;
  const title =
    found.length < 2
      ? 'Choose at least two runs.'
      : tables.size > 1
        ? 'Runs of language models and of diffusion models have different columns.'
        : `${counted(found.length)} runs differ in ${differing.length} of ${columns.length} columns.`;
  return (
    <>
      <Notices notices={notices} />
      <Headline>{title}</Headline>
      {first && found.length >= 2 && tables.size === 1 && (
        <TakeAwayButton
          shell={shell}
          route="compare"
          state={{ filters: {}, runs: found.map(({ run }) => run.id) }}
          takeAway={async () => {
            const { compareRunsTakeAway } = await import('../../take-away/compare');
            return compareRunsTakeAway({ shell, title, table: first.table, shown: found.map(({ run }) => run) });
          }}
        />
      )}
      {found.length < 2 && (
        <Nothing>
          The <Link to="runs">table of runs</Link> offers runs to compare.
        </Nothing>
      )}
      {found.length > 0 && columns.length > 0 && <RunColumns runs={found} columns={columns} differing={differing} remove={remove} />}
    </>
  );
}

interface RunColumnsProps {
  runs: readonly ComparedRun[];
  columns: readonly Column[];
  differing: readonly Column[];
  remove: (id: string) => void;
}

function RunColumns({ runs, columns, differing, remove }: RunColumnsProps) {
  return (
    <div className="table-scroll">
      <table className="table compare-table">
        <caption>All columns of the runs; ≠ marks those that differ</caption>
        <thead>
          <tr>
            <td />
            {runs.map(({ run }) => (
              <th key={run.id} scope="col">
                <Link to="run" state={{ id: run.id }}>
                  {run.nickname}
                </Link>
                <span className="unit">
                  {gpusOf(run)} · {run.id.slice(0, 8)}{' '}
                  <button type="button" className="link-button" aria-label={`Remove the run ${run.id}`} onClick={() => remove(run.id)}>
                    Remove
                  </button>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name} data-differs={differing.includes(column)}>
              <th scope="row" title={column.description}>
                {differing.includes(column) && <span aria-label="differs">≠ </span>}
                <code>{column.name}</code> {column.unit && <span className="unit">{column.unit}</span>}
              </th>
              {runs.map(({ run }) => (
                <td key={run.id}>{textOf(fieldOf(run, column.field))}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function differs({ field }: Column, runs: readonly ComparedRun[]): boolean {
  return new Set(runs.map(({ run }) => JSON.stringify(fieldOf(run, field) ?? null))).size > 1;
}

function textOf(value: unknown): string {
  if (typeof value === 'number') return full(value);
  return value === null || value === undefined || value === '' ? '–' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}
