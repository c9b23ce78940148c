// The filters of a view as the graph's argument `where`.
import { type Column, columnOf, type Shell, tableOf, type Task } from '../data/shell';
import { type Filter, type Filters, isRange } from '../state/filters';

export type Where = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Conditions on the runs of a task; a filter on a column of the other table is left out, as on screen. */
export function whereOf(shell: Shell, task: Task, filters: Filters): Where {
  const conditions: Record<string, Readonly<Record<string, unknown>>> = { task: { eq: task.name } };
  for (const [name, filter] of Object.entries(filters)) {
    const column = columnOf(shell, tableOf(task), name);
    if (column) conditions[column.field] = conditionOf(column, filter);
  }
  return conditions;
}

/** Unset bounds are left out, since the graph refuses null. */
function conditionOf({ type }: Column, filter: Filter): Readonly<Record<string, unknown>> {
  if (isRange(filter)) {
    if (type !== 'int' && type !== 'float') return NOTHING; // text is in no range
    const { from, to } = filter;
    if (type === 'int') {
      if ((from ?? 0) > GREATEST_INT || (to ?? 0) < -GREATEST_INT) return NOTHING;
      return {
        ...(from === null ? {} : { gte: Math.max(Math.ceil(from), -GREATEST_INT) }),
        ...(to === null ? {} : { lte: Math.min(Math.floor(to), GREATEST_INT) }),
      };
    }
    return { ...(from === null ? {} : { gte: from }), ...(to === null ? {} : { lte: to }) };
  }
  if (type === 'string') return { in: filter.in };
  if (type === 'boolean') {
    const values = ['true', 'false'].filter((value) => filter.in.includes(value));
    return values.length === 2 ? { isNull: false } : values.length === 1 ? { eq: values[0] === 'true' } : { eq: true, neq: true };
  }
  const numbers = filter.in.map(Number).filter((value, index) => Number.isFinite(value) && String(value) === filter.in[index]);
  return { in: type === 'int' ? numbers.filter((value) => value === (value | 0)) : numbers };
}

const NOTHING = { in: [] } as const;
/** The graph's Int has 32 bits. */
const GREATEST_INT = 2 ** 31 - 1;
