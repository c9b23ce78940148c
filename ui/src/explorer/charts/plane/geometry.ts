// Scales and margins of the plane: both axes logarithmic.
import { type TaskMeasures, valueOf } from '../../data/measures';
import { frontierOf } from '../../data/ranking';
import type { Run } from '../../data/runs';
import { paddedDomain } from '../axes';
import type { Point } from './staircase';

export interface Size {
  width: number;
  height: number;
}

export interface Geometry extends Size {
  /** Edges of the plot area. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  xDomain: readonly [number, number];
  yDomain: readonly [number, number];
  x: (value: number) => number;
  y: (value: number) => number;
}

/** Each end of a domain is this factor beyond the values. */
const PADDING = 1.2;
const MARGIN = { left: 50, top: 34, bottom: 46 } as const;

/** Size of the note in the lower left corner, under the staircase. */
export interface NoteSize {
  width: number;
  height: number;
  /** Space between the staircase and the note. */
  beneath: number;
}

/** @param gutter Width at the right for labels. */
export function geometryOf(runs: readonly Run[], measures: TaskMeasures, { width, height }: Size, gutter: number, note: NoteSize): Geometry {
  const [left, right, top, bottom] = [MARGIN.left, width - Math.max(gutter, 6), MARGIN.top, height - MARGIN.bottom];
  const drawn = runs.filter((run) => valueOf(measures.latency, run) > 0 && valueOf(measures.energy, run) > 0);
  const xDomain = paddedDomain(drawn.map((run) => valueOf(measures.latency, run)), PADDING);
  const plain = paddedDomain(drawn.map((run) => valueOf(measures.energy, run)), PADDING);
  const x = logScale(xDomain, left, right);
  const noteRight = left + note.width;
  const above = frontierOf(drawn, measures).filter((run) => x(valueOf(measures.latency, run)) <= noteRight);
  const yDomain = withRoom(plain, above.map((run) => valueOf(measures.energy, run)), (note.height + note.beneath) / (bottom - top));
  return { width, height, left, right, top, bottom, xDomain, yDomain, x, y: logScale(yDomain, bottom, top) };
}

export function pointOf({ x, y }: Geometry, { latency, energy }: TaskMeasures, run: Run): Point {
  return { x: x(valueOf(latency, run)), y: y(valueOf(energy, run)) };
}

/** Extend a domain downwards until the values have a share of its length beneath them. */
function withRoom([from, to]: readonly [number, number], values: readonly number[], share: number): [number, number] {
  if (values.length === 0) return [from, to];
  const bounded = Math.min(0.4, share);
  const needed = Math.exp((Math.log(Math.min(...values)) - bounded * Math.log(to)) / (1 - bounded));
  return [Math.min(from, needed), to];
}

function logScale([from, to]: readonly [number, number], start: number, end: number): (value: number) => number {
  const length = Math.log(to / from);
  return (value) => start + (Math.log(value / from) / length) * (end - start);
}
