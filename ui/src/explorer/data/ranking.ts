// Best run of each model within a deadline, and the runs that no other run dominates.
import { passes, type Filters } from '../state/filters';
import { type Measure, type TaskMeasures, valueOf } from './measures';
import { byId, fieldOf, type Run } from './runs';
import { columnOf, type RunTable, type Shell } from './shell';

export interface Ranked {
  /** From 1. */
  rank: number;
  run: Run;
  /** Energy as a multiple of the first run's. */
  multiple: number;
}

/** Runs whose columns pass all filters. */
export function filtered(runs: readonly Run[], filters: Filters, shell: Shell, table: RunTable): readonly Run[] {
  const conditions = Object.entries(filters).map(([name, filter]) => ({
    filter,
    field: columnOf(shell, table, name)?.field,
  }));
  return runs.filter((run) =>
    conditions.every(({ filter, field }) => field === undefined || passes(filter, fieldOf(run, field))),
  );
}

/** Runs with a latency of at most the deadline. */
export function within(runs: readonly Run[], latency: Measure, deadline: number | null): readonly Run[] {
  return deadline === null ? runs : runs.filter((run) => valueOf(latency, run) <= deadline);
}

/** The run with the least energy of each model, by energy, then id. */
export function bestPerModel(runs: readonly Run[], energy: Measure): readonly Ranked[] {
  const best = new Map<string, Run>();
  for (const run of runs) {
    if (Number.isNaN(valueOf(energy, run))) continue;
    const known = best.get(run.modelId);
    if (known === undefined || byValue(energy)(run, known) < 0) best.set(run.modelId, run);
  }
  const sorted = [...best.values()].sort(byValue(energy));
  const least = sorted[0] ? valueOf(energy, sorted[0]) : NaN;
  return sorted.map((run, index) => ({ rank: index + 1, run, multiple: valueOf(energy, run) / least }));
}

/**
 * The runs that no other run dominates, by latency, then id. A run is dominated if another is at least as good in
 * latency and energy and better in one; so runs with equal values are all kept, as on the server.
 */
export function frontierOf(runs: readonly Run[], { latency, energy }: Pick<TaskMeasures, 'latency' | 'energy'>): readonly Run[] {
  const points = runs
    .map((run) => ({ run, x: valueOf(latency, run), y: valueOf(energy, run) }))
    .filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y))
    .sort((one, other) => one.x - other.x || one.y - other.y || byId(one.run, other.run));
  const frontier: typeof points = [];
  for (const point of points) {
    const last = frontier.at(-1);
    if (!last || point.y < last.y || (point.y === last.y && point.x === last.x)) frontier.push(point);
  }
  return frontier.map(({ run }) => run);
}

/** The frontier of each model, in the order of the models in `ranked`. */
export function frontierPerModel(runs: readonly Run[], measures: TaskMeasures, ranked: readonly Ranked[]): readonly (readonly Run[])[] {
  return ranked.map(({ run: { modelId } }) => frontierOf(runs.filter((run) => run.modelId === modelId), measures));
}

function byValue(measure: Measure): (one: Run, other: Run) => number {
  return (one, other) => valueOf(measure, one) - valueOf(measure, other) || byId(one, other);
}
