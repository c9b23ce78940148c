// Filters on columns of the dataset: `gpu_model=B200,H100` or `max_num_seqs=16..128`.
import { escaped, list } from './lists';

/** Admitted values, or bounds that are included. */
export type Filter = { in: readonly string[] } | { from: number | null; to: number | null };

/** By column name. */
export type Filters = Readonly<Record<string, Filter>>;

export function isRange(filter: Filter): filter is { from: number | null; to: number | null } {
  return 'from' in filter;
}

const RANGE = /^(-?[\d.]*(?:e[+-]?\d+)?)\.\.(-?[\d.]*(?:e[+-]?\d+)?)$/i;

/** Return the filter, or null for a text that states none. */
export function parseFilter(text: string): Filter | null {
  const range = RANGE.exec(text);
  if (range) {
    const [from, to] = [range[1], range[2]].map((bound) => (bound ? Number(bound) : null));
    if (Number.isNaN(from) || Number.isNaN(to) || (from === null && to === null)) return null;
    return { from: from ?? null, to: to ?? null };
  }
  const values = list(text);
  return values ? { in: values } : null;
}

export function formatFilter(filter: Filter): string {
  if (isRange(filter)) return `${filter.from ?? ''}..${filter.to ?? ''}`;
  const text = filter.in.map(escaped).join(',');
  return RANGE.test(text) ? `\\${text}` : text; // a value such as `1..2`, escaped, is not read as a range
}

/** Whether a value of a column passes its filter; null passes none. */
export function passes(filter: Filter, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (!isRange(filter)) return filter.in.includes(String(value));
  return typeof value === 'number' && (filter.from === null || value >= filter.from) && (filter.to === null || value <= filter.to);
}
