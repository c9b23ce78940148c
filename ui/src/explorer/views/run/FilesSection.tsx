// Where the figures of a run come from: files, revision, toolkit, and what to cite.
import type { Dataset } from '../../data/shell';
import type { RunFacts } from './loadRun';

export function FilesSection({ dataset, run, digest }: { dataset: Dataset; run: RunFacts; digest: string | null }) {
  const files = [run.resultsPath, run.__typename === 'LLMRun' ? run.prometheusPath : null].filter((path) => path !== null);
  return (
    <section aria-labelledby="run-files" className="run-files">
      <h2 id="run-files">Source and citation</h2>
      <dl>
        <dt>Run</dt>
        <dd>
          <code>{run.id}</code>
        </dd>
        <dt>Dataset</dt>
        <dd>
          {dataset.url === null ? dataset.name : <a href={dataset.url}>{dataset.name}</a>}, revision <code>{dataset.revision}</code>, license {dataset.license}
        </dd>
        <dt>Raw files</dt>
        <dd>
          {files.length === 0 && 'This dataset does not contain the raw files of this run.'}
          {files.map((path) => (
            <code key={path}>{path}</code>
          ))}
        </dd>
        <dt>Toolkit</dt>
        <dd>mlenergy-data {dataset.toolkitVersion}</dd>
        {digest !== null && (
          <>
            <dt>Digest</dt>
            <dd>
              <code>{digest}</code>
              <span className="muted"> identifies this run in this revision; cite it with the revision.</span>
            </dd>
          </>
        )}
        <dt>Cite</dt>
        <dd>
          <pre>{dataset.citation}</pre>
        </dd>
      </dl>
    </section>
  );
}
