// The filters of a view as variables of the graph.
import type { Measure } from '../data/measures';
import { type Column, columnOf, type RunTable, type Shell } from '../data/shell';
import { type Filter, type Filters, isRange } from '../state/filters';

/** Conditions by field. */
export type Where = Readonly<Record<string, Condition | readonly Where[]>>;
type Condition = Readonly<Record<string, unknown>>;

const GREATEST_INT = 2 ** 31 - 1;
const NOTHING: Condition = { in: [] };

interface Selection {
  filters: Filters;
  /** Conditions of the view itself, such as its task. */
  fixed?: Where;
  /** In the unit on screen; null for none. */
  deadline?: number | null;
  latency?: Measure;
}

/** Conditions that select the runs that pass the filters and meet the deadline. */
export function whereOf(shell: Shell, table: RunTable, { filters, fixed = {}, deadline = null, latency }: Selection): Where {
  const where: Record<string, Condition | readonly Where[]> = { ...fixed };
  for (const [name, filter] of Object.entries(filters)) {
    const column = columnOf(shell, table, name);
    if (column) where[column.field] = { ...where[column.field], ...conditionOf(column, filter) };
  }
  if (deadline !== null && latency) {
    const given = where[latency.field] as Condition | undefined;
    const most = deadline / latency.factor;
    const lte = typeof given?.['lte'] === 'number' ? Math.min(given['lte'], most) : most;
    where[latency.field] = { ...given, lte };
  }
  return where;
}

/** The same rows as `passes` in state/filters.ts; values that no row can have are left out. */
function conditionOf(column: Column, filter: Filter): Condition {
  if (isRange(filter)) return rangeOf(column, filter);
  switch (column.type) {
    case 'int':
    case 'float':
      return { in: filter.in.map(Number).filter((value, index) => String(value) === filter.in[index] && isInType(column, value)) };
    case 'boolean': {
      const values = ['true', 'false'].filter((value) => filter.in.includes(value));
      if (values.length === 2) return { isNull: false };
      // The filter has no list, and no value equals both.
      return values.length === 1 ? { eq: values[0] === 'true' } : { eq: true, neq: true };
    }
    default:
      return { in: filter.in };
  }
}

function rangeOf(column: Column, { from, to }: { from: number | null; to: number | null }): Condition {
  if (column.type === 'float') return { ...(from === null ? {} : { gte: from }), ...(to === null ? {} : { lte: to }) };
  if (column.type !== 'int') return column.type === 'boolean' ? { eq: true, neq: true } : NOTHING;
  const [least, greatest] = [Math.ceil(from ?? -GREATEST_INT), Math.floor(to ?? GREATEST_INT)];
  if (least > GREATEST_INT || greatest < -GREATEST_INT) return NOTHING;
  return {
    ...(from === null ? {} : { gte: Math.max(least, -GREATEST_INT) }),
    ...(to === null ? {} : { lte: Math.min(greatest, GREATEST_INT) }),
  };
}

/** The graph's Int has 32 bits. */
function isInType({ type }: Column, value: number): boolean {
  return type === 'float' ? Number.isFinite(value) : Number.isInteger(value) && Math.abs(value) <= GREATEST_INT;
}
