// The selected runs, and the link that compares them.
import { plural } from '../../data/format';
import type { Task } from '../../data/shell';
import { Link } from '../../parts/Link';
import type { RunSelectionControl } from './useSelectedRuns';

export function SelectedRuns({ task, selection: { ids, clear } }: { task: Task; selection: RunSelectionControl }) {
  if (ids.size === 0) return null;
  return (
    <div className="runs-selected" role="group" aria-label="Selected runs">
      <span aria-live="polite">{plural(ids.size, 'run')} selected.</span>{' '}
      {ids.size < 2 ? (
        <span className="muted">Choose at least two runs to compare.</span>
      ) : (
        <Link to="compare" className="button primary" state={{ task: task.name, runs: [...ids] }}>
          Compare
        </Link>
      )}
      <button type="button" className="link-button" onClick={clear}>
        Clear
      </button>
    </div>
  );
}
