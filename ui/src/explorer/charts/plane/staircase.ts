// The frontier as a staircase: at any latency, its height is the energy that some measured run attains.

export interface Point {
  x: number;
  y: number;
}

/** Path through points sorted by x: horizontal to the next point, then vertical, and horizontal to the right edge. */
export function staircasePath(points: readonly Point[], right: number): string {
  const [first, ...rest] = points;
  if (!first) return '';
  return `M${round(first.x)},${round(first.y)}${rest.map(({ x, y }) => `H${round(x)}V${round(y)}`).join('')}H${round(right)}`;
}

/** Least height (greatest y on screen) of the staircase between two positions; Infinity where there is none. */
export function clearance(points: readonly Point[], from: number, to: number): number {
  const level = points.filter(({ x }) => x <= to);
  const lowest = Math.max(...level.filter(({ x }) => x >= from).map(({ y }) => y), level.at(-1)?.y ?? -Infinity);
  return level.length === 0 ? Infinity : lowest;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
