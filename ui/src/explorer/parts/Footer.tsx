// Footer of every view: the dataset, its revision, and what energy covers.
import { counted } from '../data/format';
import type { Dataset } from '../data/shell';

export function Footer({ dataset }: { dataset: Dataset }) {
  const { name, revision, url, llmRunCount, diffusionRunCount } = dataset;
  return (
    <footer className="footer">
      <p>
        Dataset {url ? <a href={url}>{name}</a> : <b>{name}</b>} · revision <code title={revision}>{revision.slice(0, 12)}</code> ·{' '}
        {counted(llmRunCount)} LLM and {counted(diffusionRunCount)} diffusion runs · energy covers GPUs only, in steady state
        for language models · <a href="./docs/definitions/">How the numbers are defined</a>
      </p>
      <p className="print-only">{location.href}</p>
    </footer>
  );
}
