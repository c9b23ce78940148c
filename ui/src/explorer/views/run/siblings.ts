// Siblings of a run as a small sweep over the batch size.
import { axisX, axisY, dot, gridX, gridY, line, type PlotOptions } from '@observablehq/plot';

import { logDomain, tickText } from '../../charts/axes';
import { denseTicks } from '../../charts/histogram/ticks';
import { type Measure, valueOf } from '../../data/measures';
import type { Run } from '../../data/runs';
import { addressOf } from '../../state/useViewState';
import type { RunFacts, Sibling } from './loadRun';

/** The siblings have all fields that the measures of energy, latency and batch read. */
export function siblingValue(measure: Measure, sibling: Sibling): number {
  return valueOf(measure, sibling as unknown as Run);
}

/** Whether a sibling has the settings of the run, other than the batch size: the line connects those. */
export function sharesSettings(run: RunFacts, sibling: Sibling): boolean {
  const settings = (each: RunFacts | Sibling) =>
    'height' in each
      ? [each.parallelism, each.weightPrecision, each.height, each.width, each.numFrames, each.inferenceSteps]
      : [each.parallelism, each.weightPrecision];
  return settings(run).join() === settings(sibling).join();
}

export function isUnstable(sibling: Sibling): boolean {
  return 'isStable' in sibling && !sibling.isStable;
}

interface SiblingsChart {
  run: RunFacts;
  /** Siblings with a value. */
  siblings: readonly Sibling[];
  batch: Measure;
  measure: Measure;
  /** The line connects the run of least energy at each batch size. */
  energy: Measure;
  width: number;
  color: string;
  labelOf: (sibling: Sibling) => string;
}

const HEIGHT = 168;

export function siblingsOptions({ run, siblings, batch, measure, energy, width, color, labelOf }: SiblingsChart): PlotOptions {
  const x = (sibling: Sibling) => siblingValue(batch, sibling);
  const y = (sibling: Sibling) => siblingValue(measure, sibling);
  const [least, greatest] = [Math.min(...siblings.map(x)), Math.max(...siblings.map(x))];
  const domain: [number, number] = [least / 1.25, greatest * 1.25];
  const yDomain = logDomain(siblings.map(y), 0.14);
  const ticks = denseTicks(yDomain, 4);
  return {
    width,
    height: HEIGHT,
    marginLeft: 50,
    marginRight: 14,
    marginTop: 24,
    marginBottom: 36,
    style: { fontFamily: 'inherit', fontSize: '12px', color: 'var(--muted)', background: 'none', overflow: 'visible' },
    x: { type: 'log', base: 2, domain },
    y: { type: 'log', domain: yDomain },
    marks: [
      gridX(powersOfTwo(least, greatest, width), { stroke: 'var(--grid)', strokeOpacity: 1 }),
      gridY(ticks, { stroke: 'var(--grid)', strokeOpacity: 1 }),
      axisX({ ticks: powersOfTwo(least, greatest, width), tickFormat: tickText, label: `${batch.name} (log)`, labelAnchor: 'right', labelArrow: 'none', labelOffset: 32 }),
      axisY({ ticks, tickFormat: tickText, label: `${measure.name} (${measure.unit}, log)`, labelAnchor: 'top', labelArrow: 'none' }),
      line(leastPerBatch(siblings.filter((sibling) => sharesSettings(run, sibling)), batch, energy), { x, y, stroke: color, strokeWidth: 1.5 }),
      dot(siblings.filter(({ id }) => id === run.id), { x, y, r: 9, stroke: 'var(--text)', strokeWidth: 2 }),
      dot(siblings, {
        x,
        y,
        r: 4.5,
        stroke: color,
        fill: (sibling: Sibling) => (isUnstable(sibling) ? 'var(--ground)' : color),
        fillOpacity: (sibling: Sibling) => (sharesSettings(run, sibling) ? 1 : 0.4),
        href: (sibling: Sibling) => addressOf('run', { id: sibling.id }),
        ariaLabel: labelOf,
        title: labelOf,
      }),
    ],
  };
}

/** Of the siblings at each batch size, the one with the least energy. */
function leastPerBatch(siblings: readonly Sibling[], batch: Measure, energy: Measure): readonly Sibling[] {
  const least = new Map<number, Sibling>();
  for (const sibling of siblings) {
    const size = siblingValue(batch, sibling);
    const known = least.get(size);
    if (known === undefined || siblingValue(energy, sibling) < siblingValue(energy, known)) least.set(size, sibling);
  }
  return [...least.values()];
}

/** Ticks at powers of two, every second or third where they would be crowded. */
function powersOfTwo(least: number, greatest: number, width: number): number[] {
  const [first, last] = [Math.ceil(Math.log2(least)), Math.floor(Math.log2(greatest))];
  const step = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, width / 50)));
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += step) ticks.push(2 ** exponent);
  return ticks;
}
