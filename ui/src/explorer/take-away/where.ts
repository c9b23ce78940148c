// The runs that a view selects, as variables of the graph: filters, deadline and conditions of its own.
import type { Measure } from '../data/measures';
import type { Shell, Task } from '../data/shell';
import { whereOf } from '../filters/where';
import type { Filters } from '../state/filters';

/** Conditions by field. */
export type Where = Readonly<Record<string, Condition | readonly Where[]>>;
type Condition = Readonly<Record<string, unknown>>;

interface Selection {
  filters: Filters;
  /** Conditions of the view itself, such as its model. */
  condition?: Where;
  /** In the unit on screen; null for none. */
  deadline?: number | null;
  latency: Measure;
}

export function selectedWhere(shell: Shell, task: Task, { filters, condition = {}, deadline = null, latency }: Selection): Where {
  const where: Record<string, Condition | readonly Where[]> = { ...whereOf(shell, task, filters) };
  const isFiltered = Object.keys(condition).some((field) => field in where);
  Object.assign(where, isFiltered ? { and: [condition] } : condition);
  if (deadline !== null) {
    const given = where[latency.field] as Condition | undefined;
    const most = deadline / latency.factor;
    where[latency.field] = { ...given, lte: typeof given?.['lte'] === 'number' ? Math.min(given['lte'], most) : most };
  }
  return where;
}
