// The active filters as chips; a click removes a filter.
import { type Column, columnOf, tableOf } from '../data/shell';
import type { StabilityChoice } from '../state/parameters';
import { GPU_COLUMN, without } from './facets';
import type { FilterBarProps } from './FilterBar';
import { filterText, modelNames } from './labels';

export const STABILITY_TEXTS: Record<StabilityChoice, string> = {
  stable: 'stable runs',
  any: 'stable and unstable runs',
  unstable: 'unstable runs',
};

export function ActiveFilters({ shell, task, runs, state, change }: FilterBarProps) {
  const { filters, stability = 'stable' } = state;
  const models = modelNames(runs);
  const gpus = new Set(runs.map(({ gpuModel }) => gpuModel));
  const chips = Object.entries(filters).map(([name, filter]) => {
    const column = columnOf(shell, tableOf(task), name);
    const isOnGpuChips = name === GPU_COLUMN && 'in' in filter && filter.in.every((value) => gpus.has(value));
    return { name, text: filterText(column ?? anonymous(name), filter, models), isUsed: column !== undefined, isHidden: isOnGpuChips };
  });
  const remove = (name: string) => change({ page: undefined, filters: without(filters, name) });
  const shown = chips.filter(({ isHidden }) => !isHidden);
  const isStabilityShown = stability !== 'stable' && tableOf(task) === 'llm';
  if (shown.length === 0 && !isStabilityShown) return null;
  return (
    <div className="filter-chips" role="group" aria-label="Active filters">
      {isStabilityShown && (
        <ActiveChip text={STABILITY_TEXTS[stability]} note="" onRemove={() => change({ page: undefined, stability: undefined })} />
      )}
      {shown.map(({ name, text, isUsed }) => (
        <ActiveChip key={name} text={text} note={isUsed ? '' : ` (not a column of ${task.displayName})`} onRemove={() => remove(name)} />
      ))}
      {chips.length > 1 && (
        <button type="button" className="link-button" onClick={() => change({ page: undefined, filters: {} })}>
          Remove all filters
        </button>
      )}
    </div>
  );
}

function ActiveChip({ text, note, onRemove }: { text: string; note: string; onRemove: () => void }) {
  return (
    <button type="button" className="chip filter-active" aria-label={`Remove ${text}${note}`} onClick={onRemove}>
      {text}
      {note && <span className="muted">{note}</span>} <span aria-hidden="true">✕</span>
    </button>
  );
}

/** A filter on a column of the other table, which is ignored; its unit is not known. */
function anonymous(name: string): Pick<Column, 'name' | 'type' | 'unit'> {
  return { name, type: 'string', unit: null };
}
