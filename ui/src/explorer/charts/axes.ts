// Domains and ticks of logarithmic axes.

/** Domain of a logarithmic axis: that of the positive values, with a share of its length added at each end. */
export function logDomain(values: Iterable<number>, padding = 0.06): [number, number] {
  let least = Infinity;
  let greatest = 0;
  for (const value of values) {
    if (value > 0 && value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least === Infinity) return [1, 10];
  if (least === greatest) return [least / 2, greatest * 2];
  const factor = (greatest / least) ** padding;
  return [least / factor, greatest * factor];
}

/** Ticks of a logarithmic axis: 1, 2 and 5 times the powers of ten; only the powers over more than four decades. */
export function logTicks([from, to]: readonly [number, number]): number[] {
  const decades = Math.log10(to / from);
  const steps = decades > 4 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(from)); exponent <= Math.ceil(Math.log10(to)); exponent += 1) {
    for (const step of steps) {
      const tick = Number(`${step}e${exponent}`);
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks;
}

/** Text of a tick, without trailing zeros: `0.05`, `2`, `20,000`. */
export function tickText(tick: number): string {
  return tick.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}

/** Domain of a logarithmic axis from the least value divided by `factor` to the greatest times it. */
export function paddedDomain(values: readonly number[], factor: number): [number, number] {
  if (values.length === 0) return [1, 10];
  return [Math.min(...values) / factor, Math.max(...values) * factor];
}
