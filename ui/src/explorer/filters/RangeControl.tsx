// Bounds of a column of numbers: chosen from its values where there are few, typed otherwise.
import { useState } from 'react';

import { counted, measured } from '../data/format';
import { type Filters, isRange } from '../state/filters';
import type { Change } from '../state/useViewState';
import { type RangeFacet, without } from './facets';
import { nameOf } from './labels';

interface RangeControlProps {
  facet: RangeFacet;
  filters: Filters;
  change: (change: Change) => void;
}

interface Bounds {
  from: number | null;
  to: number | null;
}

export function RangeControl({ facet, filters, change }: RangeControlProps) {
  const { column, values } = facet;
  const filter = filters[column.name];
  const bounds: Bounds = filter && isRange(filter) ? filter : { from: null, to: null };
  const set = (next: Bounds) => {
    if (filter && isRange(filter) && next.from === filter.from && next.to === filter.to) return;
    const isNone = next.from === null && next.to === null;
    if (isNone && filter === undefined) return;
    change({ page: undefined, filters: isNone ? without(filters, column.name) : { ...filters, [column.name]: next } });
  };
  const Bound = values.length > 0 ? ChosenBound : TypedBound;
  return (
    <div className="filter-range">
      <Bound facet={facet} label="at least" bound={bounds.from} placeholder={facet.least} set={(from) => set({ ...bounds, from })} />
      <Bound facet={facet} label="at most" bound={bounds.to} placeholder={facet.greatest} set={(to) => set({ ...bounds, to })} />
    </div>
  );
}

interface BoundProps {
  facet: RangeFacet;
  label: string;
  bound: number | null;
  placeholder: number;
  set: (bound: number | null) => void;
}

function ChosenBound({ facet: { column, values }, label, bound, set }: BoundProps) {
  const options = bound === null || values.includes(bound) ? values : [...values, bound].sort((one, other) => one - other);
  return (
    <label>
      {label}{' '}
      <select
        aria-label={`${nameOf(column.name)} ${label}`}
        value={bound ?? ''}
        onChange={({ target: { value } }) => set(value === '' ? null : Number(value))}
      >
        <option value="">any</option>
        {options.map((value) => (
          <option key={value} value={value}>
            {column.type === 'int' ? counted(value) : measured(value)}
          </option>
        ))}
      </select>
    </label>
  );
}

function TypedBound({ facet: { column }, label, bound, placeholder, set }: BoundProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const apply = () => {
    if (draft === null) return;
    const value = Number(draft);
    if (draft.trim() === '') set(null);
    else if (Number.isFinite(value)) set(value);
    setDraft(null);
  };
  return (
    <label>
      {label}{' '}
      <input
        aria-label={`${nameOf(column.name)} ${label}`}
        type="number"
        step="any"
        value={draft ?? bound ?? ''}
        placeholder={column.type === 'int' ? String(placeholder) : String(Number(placeholder.toPrecision(3)))}
        onChange={({ target: { value } }) => setDraft(value)}
        onBlur={apply}
        onKeyDown={({ key }) => key === 'Enter' && apply()}
      />
    </label>
  );
}
