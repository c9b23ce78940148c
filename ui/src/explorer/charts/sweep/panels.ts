// Geometry of the four panels of a sweep: scales, margins, titles, names of lines.
import { counted } from '../../data/format';
import { type Measure, type TaskMeasures, valueOf } from '../../data/measures';
import type { Run } from '../../data/runs';
import type { SweepLine } from '../../data/sweep';
import { logDomain, tickText } from '../axes';
import { LABEL_GAP, type PlacedLabel, placeLabels, textWidth } from './labels';
import { batchDomain, batchTicks, position, type Scale, shareDomain, shareTicks, valueTicks } from './scales';

export interface Panel {
  measure: Measure;
  batch: Measure;
  title: string;
  /** `↓ lower is better`, or nothing. */
  direction: string;
  /** Whether the direction stands in a line of its own. */
  isTitleBroken: boolean;
  xTitle: string;
  width: number;
  height: number;
  margin: { top: number; right: number; bottom: number; left: number };
  fontSize: number;
  x: Scale;
  y: Scale;
  yTickText: (tick: number) => string;
  lines: readonly SweepLine[];
  labels: readonly PlacedLabel[];
}

/** Below this width of the figure, the panels stand below each other. */
const TWO_COLUMNS = 720;
export const PANEL_GAP = 24;
const WIDE = { height: 292, fontSize: 12 };
const NARROW = { height: 236, fontSize: 11 };
const INSET = 8;

export function columnsOf(width: number): 1 | 2 {
  return width >= TWO_COLUMNS ? 2 : 1;
}

/** Panels of a figure: energy, latency, throughput and power, with the same scale of batch sizes. */
export function panelsOf(lines: readonly SweepLine[], measures: TaskMeasures, figureWidth: number, fontFamily: string): readonly Panel[] {
  const columns = columnsOf(figureWidth);
  const { height, fontSize } = columns === 2 ? WIDE : NARROW;
  const width = Math.floor((figureWidth - PANEL_GAP * (columns - 1)) / columns);
  const { batch, energy, latency, throughput, power } = measures;
  const font = `${fontSize}px ${fontFamily}`;
  const names = lines.map(({ name }) => textWidth(name, font));
  const right = Math.ceil(Math.max(0, ...names)) + LABEL_GAP + 6;
  const batches = lines.flatMap(({ runs }) => runs.map((run) => valueOf(batch, run)));
  const shared = [energy, latency, throughput, power].map((measure) => {
    const isShare = measure === power;
    const values = lines.flatMap(({ runs }) => runs.map((run) => valueOf(measure, run))).filter((value) => isDrawn(measure, power, value));
    const title = `${measure.name} (${measure.unit}${isShare ? '' : ', log'})`;
    const direction = measure.better === null ? '' : measure.better === 'lower' ? '↓ lower is better' : '↑ higher is better';
    const isTitleBroken = textWidth(`${title}   ${direction}`, `bold ${font}`) > width - 4;
    const top = isTitleBroken ? 42 : 26;
    const domain = isShare ? shareDomain(values) : logDomain(values);
    const most = Math.floor((height - top - 44) / (fontSize + 8));
    const ticks = isShare ? shareTicks(domain) : valueTicks(domain, most);
    return { measure, isShare, title, direction, isTitleBroken, top, domain, ticks };
  });
  // The same for all panels, so that batch sizes lie below each other.
  const left = Math.ceil(Math.max(...shared.flatMap(({ ticks }) => ticks.map((tick) => textWidth(tickText(tick), font))))) + 10;
  const xDomain = batchDomain(batches);
  const widestTick = textWidth(counted(Math.max(...batches)), font) + 10;
  const x: Scale = {
    type: 'log',
    domain: xDomain,
    range: [left + INSET, width - right],
    ticks: batchTicks(xDomain, batches, Math.floor((width - left - right) / widestTick)),
  };
  return shared.map(({ measure, isShare, top, domain, ticks, ...titles }) => {
    const margin = { top, right, bottom: 42, left };
    const y: Scale = { type: isShare ? 'linear' : 'log', domain, range: [height - margin.bottom, top], ticks };
    const panel = { measure, batch, width, height, margin, fontSize, x, y, lines, ...titles, xTitle: `${batch.name} (${batch.unit}, log₂)`, yTickText: tickText };
    return { ...panel, labels: labelsOf(panel, font) };
  });
}

/** Position of a run in a panel; null if it has no value there. */
export function pointOf({ measure, batch, x, y }: Pick<Panel, 'measure' | 'batch' | 'x' | 'y'>, run: Run): { x: number; y: number } | null {
  const value = valueOf(measure, run);
  if (!(y.type === 'linear' ? value >= 0 : value > 0)) return null;
  return { x: position(x, valueOf(batch, run)), y: position(y, value) };
}

function isDrawn(measure: Measure, power: Measure, value: number): boolean {
  return measure === power ? value >= 0 : value > 0;
}

function labelsOf(panel: Omit<Panel, 'labels'>, font: string): readonly PlacedLabel[] {
  const points = panel.lines.map(({ line }) => line.map((run) => pointOf(panel, run)).filter((point) => point !== null));
  const ends = panel.lines.flatMap(({ name }, index) => {
    const end = points[index]?.at(-1);
    return end ? [{ ...end, name, width: textWidth(name, font) }] : [];
  });
  const { margin, width, height } = panel;
  if (ends.length === 0) return [];
  return placeLabels(ends, { lines: points, left: margin.left, right: width, top: margin.top - 4, bottom: height - margin.bottom });
}
