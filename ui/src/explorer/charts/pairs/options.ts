// The dumbbell chart of pairs as options of Observable Plot.
import { axisX, dot, gridX, link, type Markish, type PlotOptions, ruleY, text } from '@observablehq/plot';

import { deadlineText } from '../../data/deadline';
import type { Shell } from '../../data/shell';
import type { Group } from '../../data/pair-groups';
import { tickText } from '../axes';
import { gpuMark } from '../gpus';
import { textWidth } from '../text-width';
import { type Label, NAME_SIZE, type PairRow, type PairsLayout, SMALL_SIZE } from './layout';

const MARK_RADIUS = 6;
const LESS = { stroke: 'var(--accent)', strokeWidth: 3 };
const MORE = { stroke: 'var(--muted)', strokeWidth: 2.5, strokeDasharray: '6 5' };

export function pairsOptions(shell: Shell, group: Group, layout: PairsLayout): PlotOptions {
  const { width, height, margins, domain, ticks, rows, isCompact } = layout;
  const less = rows.filter(({ isLess }) => isLess);
  const more = rows.filter(({ isLess }) => !isLess);
  return {
    width,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    style: { background: 'none', color: 'var(--text)', fontFamily: 'inherit', fontSize: `${SMALL_SIZE}px` },
    x: { type: 'identity', axis: null }, // in pixels: the layout places links over the marks too
    y: { type: 'identity', axis: null },
    marks: [
      gridLines(layout),
      ruleY(isCompact ? rows.slice(1) : [], { y: ({ top }: PairRow) => top - 3, x1: 0, x2: width, stroke: 'var(--grid)' }),
      link(less, { x1: 'baselineX', x2: 'candidateX', y: 'y', ...LESS }),
      link(more, { x1: 'baselineX', x2: 'candidateX', y: 'y', ...MORE }),
      mark(shell, group.sides.baseline, rows, 'baselineX'),
      mark(shell, group.sides.candidate, rows, 'candidateX'),
      label(rows, 'name', isCompact ? 'start' : 'end', { fontSize: NAME_SIZE }),
      label(rows, 'details', isCompact ? 'start' : 'end', { fontSize: SMALL_SIZE, fill: 'var(--muted)' }),
      // Text in the accent colour has a contrast of 4.5:1 or more.
      label(less, 'change', isCompact ? 'end' : 'start', { fontSize: NAME_SIZE, fill: 'var(--accent)', fontWeight: 600 }),
      label(more, 'change', isCompact ? 'end' : 'start', { fontSize: NAME_SIZE, fill: 'var(--text)', fontWeight: 600 }),
      label(rows.filter(({ labels }) => labels.gpus.text !== ''), 'gpus', isCompact ? 'end' : 'start', { fontSize: SMALL_SIZE, fill: 'var(--muted)' }),
      ...legend(shell, group, layout),
      ...axisTitle(group, layout),
      axisX(ticks, {
        x: (tick: number) => position(tick, domain, layout),
        text: (tick: number) => tickText(tick),
        anchor: 'bottom',
        label: null,
        fontSize: SMALL_SIZE,
        color: 'var(--muted)',
      }),
    ],
  };
}

function gridLines(layout: PairsLayout): Markish {
  return gridX(layout.ticks, { x: (tick: number) => position(tick, layout.domain, layout), stroke: 'var(--grid)', strokeOpacity: 1 });
}

function position(value: number, [from, to]: readonly [number, number], { margins, width }: PairsLayout): number {
  return margins.left + (Math.log(value / from) / Math.log(to / from)) * (width - margins.left - margins.right);
}

function mark(shell: Shell, gpuModel: string, rows: readonly PairRow[], x: 'baselineX' | 'candidateX'): Markish {
  const { color, shape } = gpuMark(shell, gpuModel);
  return dot(rows, { x, y: 'y', r: MARK_RADIUS, symbol: shape, fill: color, stroke: 'var(--ground)', strokeWidth: 1 });
}

function label(rows: readonly PairRow[], name: keyof PairRow['labels'], textAnchor: 'start' | 'end', style: object): Markish {
  const of = ({ labels }: PairRow): Label => labels[name];
  return text(rows, { x: (row: PairRow) => of(row).x, y: (row: PairRow) => of(row).y, text: (row: PairRow) => of(row).text, textAnchor, frameAnchor: 'left', fill: 'var(--text)', ...style });
}

/** Marks of the two GPU models and the two kinds of connectors, from left to right, in one line or two. */
function legend(shell: Shell, { sides }: Group, { isCompact, margins }: PairsLayout): Markish[] {
  const { baseline, candidate } = sides;
  const marks: Markish[] = [];
  let x = isCompact ? 8 : margins.left;
  let y = 10;
  const add = (caption: string, width: number, draw: (from: number, y: number) => Markish) => {
    marks.push(draw(x, y), text([caption], { x: x + width + 6, y, textAnchor: 'start', fontSize: SMALL_SIZE + 1, fill: 'var(--text)' }));
    x += width + 6 + textWidth(caption, SMALL_SIZE + 1) + 20;
  };
  for (const [gpuModel, role] of [
    [baseline, 'baseline'],
    [candidate, 'candidate'],
  ] as const) {
    const { color, shape } = gpuMark(shell, gpuModel);
    add(`${gpuModel}, ${role}`, 6, (from, line) => dot([0], { x: from, y: line, r: 5, symbol: shape, fill: color }));
  }
  if (isCompact) [x, y] = [3, 28];
  add(`less on ${candidate}`, 26, (from, line) => link([0], { x1: from, x2: from + 26, y: line, ...LESS }));
  add(`more on ${candidate}`, 26, (from, line) => link([0], { x1: from, x2: from + 26, y: line, ...MORE }));
  return marks;
}

function axisTitle({ deadline, measures: { energy, latency } }: Group, { isCompact, margins, height }: PairsLayout): Markish[] {
  const within = deadline === null ? '' : ` within ${deadlineText(deadline, latency)}`;
  const title = `Least ${energy.name.toLowerCase()}${within} (${energy.unit}, log)`;
  const lines = isCompact ? [title, '← left is better'] : [`${title}    ← left is better`];
  return lines.map((line, index) =>
    text([line], { x: isCompact ? 0 : margins.left, y: height - margins.bottom + 34 + index * 16, textAnchor: 'start', fontSize: SMALL_SIZE + 1, fill: 'var(--text)' }),
  );
}
