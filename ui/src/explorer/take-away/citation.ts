// BibTeX of a result: the benchmark's own entry, and one for the result with revision, digest and URL.
import type { Dataset } from '../data/shell';
import { SAMPLE_NOTICE } from '../parts/SampleNotice';
import type { TakeAway } from './contract';

interface CitedResult {
  takeAway: TakeAway;
  dataset: Dataset;
  /** Complete address of the view. */
  link: string;
  /** Null if the answer has none or is not loaded. */
  digest: string | null;
  today: Date;
}

export function citationOf({ takeAway, dataset, link, digest, today }: CitedResult): string {
  const revision = dataset.revision.slice(0, 12);
  const note = [
    ...(dataset.synthetic ? [SAMPLE_NOTICE] : []),
    `Dataset ${dataset.name}, revision ${dataset.revision}${digest === null ? '' : `, digest of the selected runs (SHA-256) ${digest}`}`,
  ].join(' ');
  const entry = [
    `@misc{mlenergy-graph-${takeAway.fileName}-${revision.replace(/[^A-Za-z0-9-]/g, '-')},`,
    `  title = {{${escaped(takeAway.title.replace(/\.$/, ''))}}},`,
    `  howpublished = {Result of a query to the ML.ENERGY graph},`,
    `  note = {${escaped(note)}},`,
    `  url = {${link}},`,
    `  urldate = {${today.toISOString().slice(0, 10)}}`,
    '}',
  ].join('\n');
  return [dataset.citation?.trim(), entry].filter(Boolean).join('\n\n') + '\n';
}

/** Characters with a meaning in TeX get a backslash; those that BibTeX cannot hold in any escaped form are spelt. */
function escaped(text: string): string {
  return text
    .replace(/[\\{}~^]/g, ' ')
    .replace(/[&%$#_]/g, '\\$&')
    .replaceAll('×', '{\\texttimes}')
    .replaceAll('−', '-');
}
