// Scales of the panels of a sweep: domain, range in pixels, ticks.
import { logTicks } from '../axes';

export interface Scale {
  type: 'log' | 'linear';
  domain: [number, number];
  /** Pixels of the domain's ends. */
  range: [number, number];
  ticks: readonly number[];
}

/** Position of a value in pixels. */
export function position({ type, domain: [from, to], range: [start, end] }: Scale, value: number): number {
  const share = type === 'log' ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  return start + share * (end - start);
}

/** Ticks of a logarithmic axis: 1-2-5, or round steps where these are too few, or powers of ten where too many. */
export function valueTicks(domain: [number, number], most: number): readonly number[] {
  const ticks = logTicks(domain);
  if (ticks.length < 3) return roundSteps(domain);
  if (ticks.length <= most) return ticks;
  return ticks.filter((tick) => Number.isInteger(Math.round(Math.log10(tick) * 1e9) / 1e9));
}

/** Multiples of 1, 2, 2.5 or 5 times a power of ten within a short domain: three to six of them. */
function roundSteps([from, to]: [number, number]): readonly number[] {
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let count = Math.ceil(from / step); count * step <= to; count += 1) ticks.push(Number((count * step).toPrecision(6)));
  return ticks;
}

/** Domain of the batch sizes. */
export function batchDomain(batches: readonly number[]): [number, number] {
  const [least, greatest] = [Math.min(...batches), Math.max(...batches)];
  return least === greatest ? [least / 2, greatest * 2] : [least, greatest];
}

/** Powers of two within the domain, every nth where all do not fit; batch sizes of the runs where there is at most one. */
export function batchTicks(domain: [number, number], batches: readonly number[], most: number): readonly number[] {
  const powers: number[] = [];
  for (let power = 2 ** Math.ceil(Math.log2(domain[0])); power <= domain[1]; power *= 2) powers.push(power);
  const ticks = powers.filter((power) => domain[0] < domain[1] && power >= Math.min(...batches) && power <= Math.max(...batches));
  const chosen = ticks.length > 1 ? ticks : [...new Set(batches)].sort((one, other) => one - other);
  const every = Math.ceil(chosen.length / Math.max(1, most));
  return chosen.filter((_, index) => index % every === 0);
}

/** Domain of the power: from 0 to at least 100%. */
export function shareDomain(values: readonly number[]): [number, number] {
  return [0, Math.max(100, Math.ceil(Math.max(0, ...values) / 20) * 20)];
}

export function shareTicks([, to]: [number, number]): readonly number[] {
  return Array.from({ length: Math.floor(to / 20) + 1 }, (_, step) => step * 20);
}
