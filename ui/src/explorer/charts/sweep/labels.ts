// Placement of the names of lines: each at the last point of its line, without overlap.

export interface Point {
  x: number;
  y: number;
}

/** Last point of a line, with the width of its name in pixels. */
export interface LineEnd extends Point {
  name: string;
  width: number;
}

export interface PlacedLabel {
  name: string;
  /** Left end and vertical middle of the text. */
  x: number;
  y: number;
  /** From the last point to the text, where they are apart. */
  leader: readonly [Point, Point] | null;
}

export interface Surroundings {
  /** The lines, which names should not cover. */
  lines: readonly (readonly Point[])[];
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Height of a name with its spacing. */
export const LABEL_HEIGHT = 15;
/** Distance of a name from its point: clears the ring around the least energy. */
export const LABEL_GAP = 12;
/** Names of lines that end this close to the greatest batch size stand in one column. */
const COLUMN = 30;
const MARK_RADIUS = 5;
const FARTHEST = 150;

export function placeLabels(ends: readonly LineEnd[], around: Surroundings): readonly PlacedLabel[] {
  const farthest = Math.max(...ends.map(({ x }) => x));
  const column = ends.filter(({ x }) => x >= farthest - COLUMN);
  const placed = placeColumn(column, farthest + LABEL_GAP, around);
  const boxes = placed.map((label) => boxOf(label, widthOf(ends, label.name)));
  const inner = ends.filter(({ x }) => x < farthest - COLUMN).sort((one, other) => other.x - one.x || one.y - other.y);
  for (const end of inner) {
    const label = placeInner(end, boxes, around);
    placed.push(label);
    boxes.push(boxOf(label, end.width));
  }
  return placed;
}

/** Names in a column, in the order of their points, as near to them as the distance between names allows. */
function placeColumn(ends: readonly LineEnd[], x: number, { top, bottom }: Surroundings): PlacedLabel[] {
  const sorted = [...ends].sort((one, other) => one.y - other.y);
  const ys = spread(
    sorted.map(({ y }) => y),
    LABEL_HEIGHT,
    top,
    bottom,
  );
  return sorted.map((end, index) => {
    const y = ys[index] ?? end.y;
    const isApart = Math.abs(y - end.y) > 4 || x - end.x > LABEL_GAP + 4;
    return { name: end.name, x, y, leader: isApart ? [end, { x: x - 2, y }] : null };
  });
}

/**
 * Positions at least `distance` apart and within bounds, with the least squared shift from the wanted ones, which are
 * sorted: neighbours that are too close are joined, and each group lies around the mean of what it wants.
 */
export function spread(wanted: readonly number[], distance: number, top: number, bottom: number): readonly number[] {
  const groups: { sum: number; count: number }[] = [];
  for (const [index, value] of wanted.entries()) {
    groups.push({ sum: value - index * distance, count: 1 });
    for (;;) {
      const [before, last] = groups.slice(-2);
      if (!before || !last || before.sum / before.count <= last.sum / last.count) break;
      groups.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
    }
  }
  const least = top + distance / 2;
  const greatest = Math.max(least, bottom - distance / 2 - (wanted.length - 1) * distance);
  const starts = groups.flatMap(({ sum, count }) => Array<number>(count).fill(Math.min(Math.max(sum / count, least), greatest)));
  return starts.map((start, index) => start + index * distance);
}

/** The place beside, above or below a point that covers the fewest lines and is the nearest of these. */
function placeInner(end: LineEnd, taken: readonly Box[], around: Surroundings): PlacedLabel {
  let best: { cost: number; label: PlacedLabel } | null = null;
  for (const { x, y, distance } of placesFor(end)) {
    const label: PlacedLabel = { name: end.name, x, y, leader: null };
    const box = boxOf(label, end.width);
    const cost = distance + coverage(box, taken, around);
    if (best === null || cost < best.cost) best = { cost, label: distance > 10 ? { ...label, leader: [end, nearest(box, end)] } : label };
  }
  return (best as { label: PlacedLabel }).label;
}

function placesFor({ x, y, width }: LineEnd): { x: number; y: number; distance: number }[] {
  const places = [];
  for (let shift = 0; shift <= FARTHEST; shift += 3) {
    for (const sign of shift === 0 ? [1] : [-1, 1]) {
      places.push({ x: x + LABEL_GAP, y: y + sign * shift, distance: shift });
      places.push({ x: x - LABEL_GAP - width, y: y + sign * shift, distance: shift + LABEL_GAP });
      if (shift >= LABEL_GAP + 6) places.push({ x: x - width / 2, y: y + sign * shift, distance: shift - 8 });
    }
  }
  return places;
}

function coverage(box: Box, taken: readonly Box[], { lines, left, right, top, bottom }: Surroundings): number {
  let cost = 0;
  if (box.left < left || box.right > right || box.top < top || box.bottom > bottom) cost += 10_000;
  for (const other of taken) if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) cost += 10_000;
  for (const line of lines) {
    for (const [index, point] of line.entries()) {
      if (isWithin(point, grown(box, MARK_RADIUS))) cost += 60;
      const next = line[index + 1];
      if (next && crosses(point, next, box)) cost += 40;
    }
  }
  return cost;
}

function boxOf({ x, y }: PlacedLabel, width: number): Box {
  return { left: x - 2, right: x + width + 2, top: y - LABEL_HEIGHT / 2, bottom: y + LABEL_HEIGHT / 2 };
}

function grown({ left, right, top, bottom }: Box, by: number): Box {
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by };
}

function nearest({ left, right, top, bottom }: Box, { x, y }: Point): Point {
  return { x: Math.min(Math.max(x, left), right), y: Math.min(Math.max(y, top + 2), bottom - 2) };
}

function isWithin({ x, y }: Point, { left, right, top, bottom }: Box): boolean {
  return x >= left && x <= right && y >= top && y <= bottom;
}

/** Whether a segment has a point in a box: the part of the segment in each half-plane is narrowed to nothing otherwise. */
function crosses(from: Point, to: Point, { left, right, top, bottom }: Box): boolean {
  let [start, end] = [0, 1];
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  for (const [slope, room] of [
    [-dx, from.x - left],
    [dx, right - from.x],
    [-dy, from.y - top],
    [dy, bottom - from.y],
  ] as const) {
    if (slope === 0) {
      if (room < 0) return false;
    } else if (slope < 0) start = Math.max(start, room / slope);
    else end = Math.min(end, room / slope);
  }
  return start <= end;
}

function widthOf(ends: readonly LineEnd[], name: string): number {
  return ends.find((end) => end.name === name)?.width ?? 0;
}

let context: CanvasRenderingContext2D | null = null;

/** Width of a text in pixels. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * 8;
  context.font = font;
  return context.measureText(text).width;
}
