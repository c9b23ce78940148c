// Which of a model's runs the sweep leaves out for their stability, with a button to change it.
import { plural } from '../../data/format';
import type { Run } from '../../data/runs';
import type { StabilityChoice } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import { instabilityOf } from './model';

interface UnstableNoteProps {
  runs: readonly Run[];
  stability: StabilityChoice;
  change: (change: Change) => void;
}

export function UnstableNote({ runs, stability, change }: UnstableNoteProps) {
  const count = runs.filter((run) => instabilityOf(run) !== null).length;
  if (count === 0) return null;
  const text = {
    stable: `${plural(count, 'unstable run')} in the table below, not in the charts.`,
    any: `The charts include ${plural(count, 'unstable run')}.`,
    unstable: `The charts show only the ${plural(count, 'unstable run')}.`,
  }[stability];
  const other = stability === 'stable' ? 'any' : 'stable';
  return (
    <p className="muted sweep-note">
      {text}{' '}
      <button type="button" className="link-button" onClick={() => change({ stability: other })}>
        {other === 'any' ? 'Include them' : 'Show stable runs only'}
      </button>
    </p>
  );
}
