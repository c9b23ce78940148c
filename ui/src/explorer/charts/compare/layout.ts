// Positions of the plane of compared models: axes, points, frontiers as staircases, and labels in a gutter.
import { type TaskMeasures, valueOf } from '../../data/measures';
import { frontierOf } from '../../data/ranking';
import type { Run } from '../../data/runs';
import { logDomain } from '../axes';
import { fitted, textWidth } from '../text-width';

export const LABEL_SIZE = 12;
const LINE_HEIGHT = 15;

/** A compared model with its runs of the task. */
export interface Series {
  /** Position among the compared models, which decides colour and dashes. */
  index: number;
  name: string;
  runs: readonly Run[];
}

export interface PlacedSeries extends Series {
  points: readonly { run: Run; x: number; y: number }[];
  frontier: readonly { run: Run; x: number; y: number }[];
  steps: readonly { x: number; y: number }[];
  label: { text: string; x: number; y: number };
}

export interface CompareLayout {
  width: number;
  height: number;
  margins: { top: number; right: number; bottom: number; left: number };
  x: [number, number];
  y: [number, number];
  series: readonly PlacedSeries[];
}

export function compareLayout(all: readonly Series[], measures: TaskMeasures, width: number): CompareLayout {
  const { latency, energy } = measures;
  const isCompact = width < 640;
  const height = isCompact ? 340 : 440;
  const gutter = Math.min(isCompact ? 112 : 240, Math.ceil(Math.max(0, ...all.map(({ name }) => textWidth(name, LABEL_SIZE, 600)))) + 2);
  const margins = { top: 28, right: gutter + 14, bottom: 44, left: 46 };
  const runs = all.flatMap((series) => series.runs);
  const x = logDomain(runs.map((run) => valueOf(latency, run)), 0.08);
  const y = logDomain(runs.map((run) => valueOf(energy, run)), 0.08);
  const pixels = (value: number, [from, to]: readonly [number, number], start: number, end: number) => start + (Math.log(value / from) / Math.log(to / from)) * (end - start);
  const place = (run: Run) => ({
    run,
    x: pixels(valueOf(latency, run), x, margins.left, width - margins.right),
    y: pixels(valueOf(energy, run), y, height - margins.bottom, margins.top),
  });
  const series = all.map((each): PlacedSeries => {
    const frontier = frontierOf(each.runs, measures).map(place);
    const end = frontier.at(-1);
    return {
      ...each,
      points: each.runs.map(place),
      frontier,
      steps: frontier.flatMap((point, index) => [...(index > 0 ? [{ x: point.x, y: frontier[index - 1]?.y ?? point.y }] : []), point]),
      label: { text: lines(each.name, gutter), x: width - gutter, y: end?.y ?? margins.top },
    };
  });
  spread(series.map(({ label }) => label), margins.top + 8, height - margins.bottom - 8);
  return { width, height, margins, x, y, series };
}

/** A name that is too wide is broken at the space nearest to its middle; each line is shortened if need be. */
function lines(name: string, width: number): string {
  if (textWidth(name, LABEL_SIZE, 600) <= width) return name;
  const spaces = [...name.matchAll(/ /g)].map(({ index }) => index);
  const middle = spaces.sort((one, other) => Math.abs(one - name.length / 2) - Math.abs(other - name.length / 2))[0];
  const parts = middle === undefined ? [name] : [name.slice(0, middle), name.slice(middle + 1)];
  return parts.map((part) => fitted(part, width, LABEL_SIZE, 600)).join('\n');
}

/** Move labels apart, in their vertical order, until none overlaps. `y` is the middle of a label. */
function spread(labels: { text: string; y: number }[], top: number, bottom: number): void {
  const sorted = [...labels].sort((one, other) => one.y - other.y);
  const half = ({ text }: { text: string }) => (text.split('\n').length * LINE_HEIGHT + 3) / 2;
  let edge = top - 8;
  for (const label of sorted) {
    label.y = Math.max(label.y, edge + half(label));
    edge = label.y + half(label);
  }
  edge = bottom + 8;
  for (const label of sorted.reverse()) {
    label.y = Math.min(label.y, edge - half(label));
    edge = label.y - half(label);
  }
}
