// The citation of the benchmark and of the result on screen.
import type { Dataset } from '../data/shell';
import { citationOf } from './citation';
import type { TakeAway } from './contract';
import type { Copy } from './copying';

interface CitationSectionProps {
  dataset: Dataset;
  takeAway: TakeAway;
  link: string;
  digest: string | null;
  copy: Copy;
}

export function CitationSection({ dataset, takeAway, link, digest, copy }: CitationSectionProps) {
  const text = citationOf({ takeAway, dataset, link, digest, today: new Date() });
  return (
    <section className="take-away-section">
      <h3>Citation</h3>
      <p className="actions">
        <button type="button" className="button" onClick={() => copy('the BibTeX entries', text)}>
          Copy BibTeX
        </button>
      </p>
      <pre className="take-away-code" tabIndex={0} aria-label="BibTeX">
        {text.trimEnd()}
      </pre>
    </section>
  );
}
