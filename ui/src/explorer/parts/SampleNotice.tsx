// Notice on every view of a dataset with made-up numbers.
import type { Dataset } from '../data/shell';

export const SAMPLE_NOTICE = 'Sample data: every number here is made up, none is a measurement.';

export function SampleNotice({ dataset }: { dataset: Dataset }) {
  if (!dataset.synthetic) return null;
  return (
    <p className="sample-notice" role="note">
      {SAMPLE_NOTICE} <a href="./docs/data/">Use the real dataset</a>
    </p>
  );
}
