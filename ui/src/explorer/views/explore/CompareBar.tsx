// Choice of models in the table to compare.
import type { Task } from '../../data/shell';
import { Link } from '../../parts/Link';

export const MOST_COMPARED = 4;

interface CompareBarProps {
  task: Task;
  /** Ids of the chosen models; null while none can be chosen. */
  chosen: readonly string[] | null;
  onChange: (chosen: readonly string[] | null) => void;
}

export function CompareBar({ task, chosen, onChange }: CompareBarProps) {
  return (
    <p className="compare-bar actions">
      <button type="button" className="button" aria-pressed={chosen !== null} onClick={() => onChange(chosen === null ? [] : null)}>
        {chosen === null ? 'Compare models' : 'Cancel'}
      </button>
      {chosen !== null && chosen.length >= 2 && (
        <Link to="compare" state={{ models: chosen, task: task.name }} className="button primary">
          Compare {chosen.length} models
        </Link>
      )}
      {chosen !== null && chosen.length < 2 && (
        <span className="muted" role="status">
          Choose 2 to {MOST_COMPARED} models.
        </span>
      )}
    </p>
  );
}
