// The deadline of a task: its default, and the positions of the slider.
import { measured } from './format';
import { type Measure, valueOf } from './measures';
import type { Run } from './runs';
import type { Task } from './shell';

/** Number of steps of the slider, which is logarithmic. */
export const STEPS = 200;

/** Deadline that applies to a state: null for none. */
export function deadlineOf(chosen: number | 'none' | undefined, task: Task, runs: readonly Run[], latency: Measure): number | null {
  if (chosen === 'none') return null;
  if (chosen !== undefined) return chosen;
  const { defaultDeadline } = task;
  if (defaultDeadline === null) return null;
  return runs.some((run) => valueOf(latency, run) <= defaultDeadline) ? defaultDeadline : null;
}

/** Values of the slider's positions: from the least to the greatest latency, each rounded up to three digits. */
export function positionsOf(runs: readonly Run[], latency: Measure): readonly number[] {
  const values = runs.map((run) => valueOf(latency, run)).filter((value) => value > 0);
  if (values.length === 0) return [];
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const ratio = greatest / least;
  return Array.from({ length: STEPS + 1 }, (_, step) => roundedUp(least * ratio ** (step / STEPS)));
}

/** Position that is nearest to a deadline on a logarithmic scale; the last for no deadline. */
export function positionOf(deadline: number | null, positions: readonly number[]): number {
  if (deadline === null) return positions.length - 1;
  let nearest = 0;
  for (const [position, value] of positions.entries()) {
    if (distance(value, deadline) < distance(positions[nearest] ?? NaN, deadline)) nearest = position;
  }
  return nearest;
}

/** A value with three significant digits that is not below the given one. */
export function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  const rounded = Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(3));
  return rounded >= value ? rounded : Number(((Math.ceil(value / unit - 1e-9) + 1) * unit).toPrecision(3));
}

/** A deadline with its unit: `50 ms`, `3.81 ms`. */
export function deadlineText(deadline: number, latency: Measure): string {
  return `${Number.isInteger(deadline) ? String(deadline) : measured(deadline)} ${latency.unit}`;
}

function distance(one: number, other: number): number {
  return Math.abs(Math.log(one / other));
}
