// Options of Observable Plot for a panel of a sweep.
import { axisX, axisY, gridX, gridY, line, type PlotOptions, type RenderFunction, ruleY } from '@observablehq/plot';

import { counted } from '../../data/format';
import { valueOf } from '../../data/measures';
import type { Shell } from '../../data/shell';
import type { SweepLine } from '../../data/sweep';
import { gpuMark, markPath } from '../gpus';
import { type Panel, pointOf } from './panels';

const MARK_RADIUS = 4;
const RING_RADIUS = 8;

export function panelOptions(panel: Panel, shell: Shell): PlotOptions {
  const { width, height, margin, fontSize, x, y, measure, batch, lines } = panel;
  return {
    width,
    height,
    marginTop: margin.top,
    marginRight: margin.right,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    style: { fontFamily: 'inherit', fontSize: `${fontSize}px`, color: 'var(--text)', background: 'none', overflow: 'visible' },
    x: { type: x.type, domain: x.domain, range: x.range, ...(x.type === 'log' ? { base: 2 } : {}), label: null },
    y: { type: y.type, domain: y.domain, range: y.range, label: null },
    marks: [
      gridX({ ticks: [...x.ticks], stroke: 'var(--grid)', strokeOpacity: 1 }),
      gridY({ ticks: [...y.ticks], stroke: 'var(--grid)', strokeOpacity: 1 }),
      axisX({ ticks: [...x.ticks], tickFormat: counted, tickSize: 4, label: null, stroke: 'var(--line)', fill: 'var(--text)' }),
      axisY({ ticks: [...y.ticks], tickFormat: panel.yTickText, tickSize: 0, label: null, fill: 'var(--text)' }),
      y.type === 'linear' ? ruleY([100], { stroke: 'var(--muted)', strokeWidth: 1 }) : null,
      ...lines.map((sweep) =>
        line([...sweep.line].filter((run) => pointOf(panel, run) !== null), {
          x: (run) => valueOf(batch, run),
          y: (run) => valueOf(measure, run),
          stroke: gpuMark(shell, sweep.gpuModel).color,
          strokeWidth: 2,
          strokeDasharray: dashOf(sweep.numGpus),
        }),
      ),
      marksOf(panel, shell),
      labelsOf(panel, shell),
      titlesOf(panel),
    ],
  };
}

/** Solid for one GPU, shorter dashes for more. */
export function dashOf(numGpus: number): string {
  if (numGpus <= 1) return '';
  if (numGpus <= 2) return '9 4';
  if (numGpus <= 4) return '5 3';
  return '2 3';
}

/** Every run, and a ring around the least energy of each line. */
function marksOf(panel: Panel, shell: Shell): RenderFunction {
  return () => {
    const group = element('g', { class: 'sweep-marks' });
    for (const { gpuModel, runs, line: onLine, least } of panel.lines) {
      const { color, shape } = gpuMark(shell, gpuModel);
      for (const run of runs) {
        const point = pointOf(panel, run);
        if (point === null) continue;
        const transform = `translate(${point.x},${point.y})`;
        const fill = onLine.includes(run) ? color : 'var(--ground)';
        group.append(element('path', { d: markPath(shape, MARK_RADIUS), transform, fill, stroke: color, 'stroke-width': '1' }));
        if (run === least) group.append(element('circle', { class: 'sweep-ring', r: String(RING_RADIUS), transform, fill: 'none', stroke: 'var(--text)', 'stroke-width': '1.5' }));
      }
    }
    return group;
  };
}

/** Names of the lines at their ends. */
function labelsOf({ labels, lines }: Panel, shell: Shell): RenderFunction {
  const colorOf = (name: string) => gpuMark(shell, (lines.find((each) => each.name === name) as SweepLine).gpuModel).color;
  return () => {
    const group = element('g', { class: 'sweep-labels' });
    for (const { leader } of labels) {
      if (!leader) continue;
      const [from, to] = leader;
      group.append(element('line', { x1: String(from.x), y1: String(from.y), x2: String(to.x), y2: String(to.y), stroke: 'var(--muted)', 'stroke-width': '1' }));
    }
    for (const { name, x, y } of labels) {
      group.append(textAt(name, x, y, { fill: colorOf(name), dy: '0.35em', class: 'sweep-label', stroke: 'var(--ground)', 'stroke-width': '4', 'stroke-linejoin': 'round', 'paint-order': 'stroke' }));
    }
    return group;
  };
}

/** Horizontal titles: of the values above the axis, of the batch sizes below theirs. */
function titlesOf({ title, direction, isTitleBroken, xTitle, margin, width, height, x }: Panel): RenderFunction {
  return () => {
    const group = element('g', { class: 'sweep-titles' });
    const heading = textAt(title, 0, 12, { 'font-weight': '700', fill: 'var(--text)' });
    const spanned = element('tspan', { 'font-weight': '400', fill: 'var(--muted)', ...(isTitleBroken ? { x: '0', dy: '1.3em' } : { dx: '10' }) });
    spanned.textContent = direction;
    heading.append(spanned);
    const [start, end] = [x.range[0], Math.min(x.range[1], width - margin.right)];
    group.append(heading, textAt(xTitle, (start + end) / 2, height - 8, { 'text-anchor': 'middle', fill: 'var(--muted)' }));
    return group;
  };
}

function textAt(text: string, x: number, y: number, attributes: Readonly<Record<string, string>>): SVGElement {
  const created = element('text', { x: String(x), y: String(y), 'text-anchor': 'start', ...attributes });
  created.textContent = text;
  return created;
}

function element(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const created = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) created.setAttribute(attribute, value);
  return created;
}
