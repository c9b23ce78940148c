// Ticks of a logarithmic axis that may span less than a decade.
import { logTicks } from '../axes';

/** Steps between ticks, over less than a decade, in powers of ten. */
const STEPS = [1, 2, 5];

/**
 * Ticks at 1, 2 and 5 times powers of ten; where fewer than three lie in the domain, at equal distances.
 * @param most Most ticks that fit.
 */
export function denseTicks(domain: readonly [number, number], most: number): number[] {
  const ticks = logTicks(domain);
  if (ticks.length >= 3) return ticks;
  const [from, to] = domain;
  const least = 10 ** Math.floor(Math.log10(to - from) - 1);
  for (const step of [...STEPS, ...STEPS.map((each) => each * 10)].map((each) => each * least)) {
    const count = Math.floor(to / step) - Math.ceil(from / step) + 1;
    if (count <= Math.max(2, Math.min(most, 6))) return Array.from({ length: count }, (_, position) => Number(((Math.ceil(from / step) + position) * step).toPrecision(12)));
  }
  return ticks;
}
