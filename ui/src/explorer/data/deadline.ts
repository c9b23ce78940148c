// The deadline of a task: its default, and the positions of the slider.
import { counted, measured } from './format';
import { type Measure, valueOf } from './measures';
import { byId, type Run } from './runs';
import { tableOf, type Task } from './shell';

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

/** Deadlines offered as buttons: fixed ones for language models, else round numbers near the default. */
export function presetsOf(task: Task, runs: readonly Run[], latency: Measure): readonly number[] {
  if (tableOf(task) === 'llm') return [10, 20, 30, 50, 100];
  const values = runs.map((run) => valueOf(latency, run)).filter((value) => value > 0);
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const rounded = roundNumbers(least, greatest).filter((value) => value !== task.defaultDeadline);
  const center = task.defaultDeadline ?? Math.sqrt(least * greatest);
  const nearest = rounded.sort((one, other) => distance(one, center) - distance(other, center)).slice(0, MOST_PRESETS - 1);
  return [...nearest, ...(task.defaultDeadline === null ? [] : [task.defaultDeadline])].sort((one, other) => one - other);
}

const MOST_PRESETS = 5;

/** 1, 2 and 5 times the powers of ten between two values. */
function roundNumbers(least: number, greatest: number): number[] {
  const numbers: number[] = [];
  for (let exponent = Math.floor(Math.log10(least)); exponent <= Math.log10(greatest); exponent += 1) {
    for (const step of [1, 2, 5]) {
      const number = Number(`${step}e${exponent}`);
      if (number > least && number < greatest) numbers.push(number);
    }
  }
  return numbers;
}

/** Share of the runs in each of `count` bins of equal width on the slider, as a part of the fullest bin. */
export function histogramOf(runs: readonly Run[], latency: Measure, positions: readonly number[], count: number): readonly number[] {
  const [least, greatest] = [positions[0] ?? NaN, positions.at(-1) ?? NaN];
  const counts = new Array<number>(count).fill(0);
  for (const run of runs) {
    const share = Math.log(valueOf(latency, run) / least) / Math.log(greatest / least);
    const bin = Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    if (!Number.isNaN(share)) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const fullest = Math.max(1, ...counts);
  return counts.map((each) => each / fullest);
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

/** The fastest run, by latency, then id. */
export function fastestOf(runs: readonly Run[], latency: Measure): Run | undefined {
  let fastest: Run | undefined;
  for (const run of runs) {
    const difference = fastest === undefined ? -1 : valueOf(latency, run) - valueOf(latency, fastest);
    if (fastest === undefined || difference < 0 || (difference === 0 && byId(run, fastest) < 0)) fastest = run;
  }
  return fastest;
}

/** A deadline with its unit: `50 ms`, `3.81 ms`; one that was entered with more digits keeps them. */
export function deadlineText(deadline: number, latency: Measure): string {
  return `${Number.isInteger(deadline) ? counted(deadline) : exactText(deadline)} ${latency.unit}`;
}

/** A deadline with three significant digits, or in full if it has more. */
export function exactText(deadline: number): string {
  const short = measured(deadline);
  return Number(short.replaceAll(',', '')) === deadline ? short : String(deadline);
}

function distance(one: number, other: number): number {
  return Math.abs(Math.log(one / other));
}
