// All columns of a run, with their units and descriptions.
import { full } from '../../data/format';
import { useLoaded } from '../../data/loading';
import type { Column, Shell } from '../../data/shell';
import { Failure, LoadingNote } from '../../parts/states';
import { ValueTable } from '../../parts/ValueTable';
import { columnsOf, loadColumns, type RunFacts, tableOfRun } from './loadRun';

export function ConfigurationSection({ shell, run }: { shell: Shell; run: RunFacts }) {
  const loading = useLoaded(run.id, (signal) => loadColumns(shell, run, signal));
  const { data } = loading;
  return (
    <section aria-labelledby="run-configuration" data-loading={loading.isLoading}>
      <h2 id="run-configuration">All columns</h2>
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what="the columns" />}
      {data && (
        <div className="run-configuration">
          <ValueTable<Column>
            caption="All columns of the run"
            columns={[
              { name: 'Column', cell: ({ name }) => <code>{name}</code> },
              { name: 'Value', cell: ({ field }) => <CellText value={data[field]} /> },
              { name: 'Unit', cell: ({ unit }) => unit ?? '' },
              { name: 'Description', cell: ({ description }) => <Described text={description} /> },
            ]}
            rows={columnsOf(shell, tableOfRun(run))}
            keyOf={({ name }) => name}
          />
        </div>
      )}
    </section>
  );
}

/** A description, in which names stand between backticks. */
function Described({ text }: { text: string }) {
  return text.split('`').map((part, position) => (position % 2 === 1 ? <code key={position}>{part}</code> : part));
}

function CellText({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === '') {
    return (
      <>
        <span aria-hidden="true">–</span>
        <span className="visually-hidden">{value === '' ? 'empty' : 'not available'}</span>
      </>
    );
  }
  return typeof value === 'number' ? full(value) : String(value);
}
