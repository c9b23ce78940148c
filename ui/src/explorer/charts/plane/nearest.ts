// The run that a pointer is at.
import type { TaskMeasures } from '../../data/measures';
import type { Run } from '../../data/runs';
import { type Geometry, pointOf } from './geometry';
import type { PlacedRank } from './ranks';
import type { Point } from './staircase';

/** Greatest distance from a mark, in CSS pixels. */
const REACH = 22;
/** Ranked marks are larger, and what most readers point at: they count as nearer by this. */
const RANKED_BONUS = 5;

export function nearestRun(runs: readonly Run[], placed: readonly PlacedRank[], geometry: Geometry, measures: TaskMeasures, { x, y }: Point): Run | null {
  let nearest: Run | null = null;
  let least = REACH;
  const consider = (run: Run, point: Point, bonus: number) => {
    const distance = Math.hypot(point.x - x, point.y - y) - bonus;
    if (distance < least) [nearest, least] = [run, distance];
  };
  for (const { ranked, point } of placed) consider(ranked.run, point, RANKED_BONUS);
  for (const run of runs) consider(run, pointOf(geometry, measures, run), 0);
  return nearest;
}
