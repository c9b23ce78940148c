// Where the ranked runs and their labels are drawn.
import { middleEllipsis } from '../../data/format';
import type { TaskMeasures } from '../../data/measures';
import type { Ranked } from '../../data/ranking';
import { type Geometry, pointOf } from './geometry';
import { capacity, pushedApart, textWidth } from './labels';
import type { Point } from './staircase';

export const LABEL_FONT = 12;
const LABEL_GAP = 17;
const MOST_GUTTER = 222;
/** Length of the leader lines in the gutter, before the text. */
const LEADER = 14;

export interface PlacedRank {
  ranked: Ranked;
  point: Point;
  /** Height of the label in the gutter; null where it has none. */
  labelY: number | null;
  /** Whether the rank is written in the mark. */
  isNumbered: boolean;
}

export function labelText({ rank, run }: Ranked): string {
  return `${rank} ${middleEllipsis(run.nickname)}`;
}

/** Width of the gutter for labels of these names, which does not change with the deadline. */
export function gutterFor(nicknames: Iterable<string>): number {
  const font = `bold ${LABEL_FONT}px ${getComputedStyle(document.body).fontFamily}`; // a highlighted label is bold
  let widest = 0;
  for (const name of new Set(nicknames)) widest = Math.max(widest, textWidth(`88 ${middleEllipsis(name)}`, font));
  return Math.min(MOST_GUTTER, Math.ceil(widest) + LEADER + 8);
}

/** Place labels in the gutter; the lowest ranks lose theirs where the column is full. */
export function withGutterLabels(ranked: readonly Ranked[], geometry: Geometry, measures: TaskMeasures): readonly PlacedRank[] {
  const bounds = [geometry.top + 6, geometry.bottom - 4] as const;
  const placed = ranked.map((each) => ({ ranked: each, point: pointOf(geometry, measures, each.run) }));
  const labelled = placed.slice(0, capacity(LABEL_GAP, bounds)).sort((one, other) => one.point.y - other.point.y);
  const heights = pushedApart(labelled.map(({ point }) => point.y), LABEL_GAP, bounds);
  const heightOf = new Map(labelled.map(({ ranked: { run } }, index) => [run.id, heights[index] ?? null]));
  return placed.map((each) => ({ ...each, labelY: heightOf.get(each.ranked.run.id) ?? null, isNumbered: false }));
}

/** Write a rank in its mark where the mark clears those of better ranks. */
export function withRanksInMarks(ranked: readonly Ranked[], geometry: Geometry, measures: TaskMeasures): readonly PlacedRank[] {
  const numbered: Point[] = [];
  return ranked.map((each) => {
    const point = pointOf(geometry, measures, each.run);
    const isNumbered = numbered.every(({ x, y }) => Math.hypot(x - point.x, y - point.y) >= LABEL_GAP);
    if (isNumbered) numbered.push(point);
    return { ranked: each, point, labelY: null, isNumbered };
  });
}

/** From a mark to its label: level up to the gutter, where it bends to the label's height. */
export function leaderPath({ point, labelY }: PlacedRank, { right }: Geometry): string {
  return `M${point.x + 8},${point.y}L${right - 4},${labelY ?? point.y}H${right + LEADER - 8}`;
}

export const labelX = ({ right }: Geometry): number => right + LEADER - 4;
