// One run: its figures, power over time, distributions, siblings, and configuration.
import './run/run.css';

import { useLoaded } from '../data/loading';
import { Headline } from '../parts/Headline';
import { Link } from '../parts/Link';
import { Failure, LoadingNote, Nothing } from '../parts/states';
import { useViewState } from '../state/useViewState';
import type { ViewProps } from './contract';
import { loadRun } from './run/loadRun';
import { RunPage } from './run/RunPage';

export function RunView({ shell }: ViewProps) {
  const control = useViewState('run', shell.columnNames);
  const { id } = control.state;
  const loading = useLoaded(id ?? null, async (signal) => ({ found: await loadRun(id ?? '', signal) }));
  if (id === undefined) return <NoRun text="The address names no run." />;
  const found = loading.data?.found;
  const revision = shell.dataset.revision.slice(0, 12);
  return (
    <div className="run-page" data-loading={loading.isLoading}>
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what="the run" />}
      {found && <RunPage key={found.run.id} shell={shell} control={control} {...found} />}
      {found === null && !loading.isLoading && <NoRun text={`This dataset has no run ${id} (revision ${revision}).`} />}
    </div>
  );
}

function NoRun({ text }: { text: string }) {
  return (
    <>
      <Headline>{text}</Headline>
      <Nothing actions={<Link to="runs">All runs</Link>}>Choose a run from the table of runs.</Nothing>
    </>
  );
}
