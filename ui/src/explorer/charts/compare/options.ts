// The plane of compared models as options of Observable Plot.
import { axisX, axisY, dot, gridX, gridY, line, link, type PlotOptions, ruleX, text } from '@observablehq/plot';

import { deadlineText } from '../../data/deadline';
import { type TaskMeasures, valueOf } from '../../data/measures';
import type { Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { logTicks, tickText } from '../axes';
import { gpuMark } from '../gpus';
import { type CompareLayout, LABEL_SIZE, type PlacedSeries } from './layout';
import { seriesStyle } from './series';

const SMALL_SIZE = 11;

export function compareOptions(shell: Shell, layout: CompareLayout, { latency, energy }: TaskMeasures, deadline: number | null, best: ReadonlySet<string>): PlotOptions {
  const { width, height, margins, series } = layout;
  const toX = (value: number) => margins.left + (Math.log(value / layout.x[0]) / Math.log(layout.x[1] / layout.x[0])) * (width - margins.left - margins.right);
  const toY = (value: number) => height - margins.bottom - (Math.log(value / layout.y[0]) / Math.log(layout.y[1] / layout.y[0])) * (height - margins.top - margins.bottom);
  const ticks = { x: logTicks(layout.x), y: logTicks(layout.y) };
  const isDeadlineShown = deadline !== null && deadline > layout.x[0] && deadline < layout.x[1];
  const axis = { label: null, fontSize: SMALL_SIZE, color: 'var(--muted)' } as const;
  return {
    width,
    height,
    marginTop: margins.top,
    marginRight: margins.right,
    marginBottom: margins.bottom,
    marginLeft: margins.left,
    style: { background: 'none', color: 'var(--text)', fontFamily: 'inherit', fontSize: `${SMALL_SIZE}px` },
    x: { type: 'identity', axis: null },
    y: { type: 'identity', axis: null },
    marks: [
      gridX(ticks.x, { x: toX, stroke: 'var(--grid)', strokeOpacity: 1 }),
      gridY(ticks.y, { y: toY, stroke: 'var(--grid)', strokeOpacity: 1 }),
      axisX(ticks.x, { x: toX, text: tickText, anchor: 'bottom', ...axis }),
      axisY(ticks.y, { y: toY, text: tickText, anchor: 'left', ...axis }),
      ...(isDeadlineShown
        ? [
            ruleX([toX(deadline)], { stroke: 'var(--muted)', strokeDasharray: '3 3' }),
            text([deadlineText(deadline, latency)], { x: toX(deadline), y: margins.top - 6, dx: 0, textAnchor: 'middle', fill: 'var(--muted)', fontSize: SMALL_SIZE }),
          ]
        : []),
      ...series.flatMap((each) => drawn(shell, each, best)),
      text([`${energy.name} (${energy.unit}, log)`], { x: 0, y: 8, textAnchor: 'start', fill: 'var(--text)', fontSize: SMALL_SIZE + 1 }),
      text([`${latency.name} (${latency.unit}, log)    ↙ lower left is better`], { x: 0, y: height - 8, textAnchor: 'start', fill: 'var(--text)', fontSize: SMALL_SIZE + 1 }),
    ],
  };

  function drawn(of: Shell, { index, points, frontier, steps, label }: PlacedSeries, chosen: ReadonlySet<string>) {
    const { color, dashes } = seriesStyle(index);
    const shape = ({ run }: { run: Run }) => gpuMark(of, run.gpuModel).shape;
    const end = frontier.at(-1);
    return [
      ...[...new Set(points.map(shape))].flatMap((symbol) => {
        const same = points.filter((point) => shape(point) === symbol);
        const onFrontier = frontier.filter((point) => shape(point) === symbol);
        return [
          dot(same, { x: 'x', y: 'y', r: 3, symbol, fill: color, fillOpacity: 0.3 }),
          dot(onFrontier, { x: 'x', y: 'y', r: 4, symbol, fill: 'var(--ground)', stroke: color, strokeWidth: 1.5 }),
          dot(onFrontier.concat(same).filter(({ run }) => chosen.has(run.id)), { x: 'x', y: 'y', r: 6.5, symbol, fill: color, stroke: 'var(--ground)', strokeWidth: 1.5 }),
        ];
      }),
      line(steps, { x: 'x', y: 'y', stroke: color, strokeWidth: 2, ...(dashes ? { strokeDasharray: dashes } : {}) }),
      link(end ? [end] : [], { x1: 'x', y1: 'y', x2: label.x - 4, y2: label.y, stroke: color, strokeOpacity: 0.45 }),
      text([label], { x: 'x', y: 'y', text: 'text', textAnchor: 'start', fill: 'var(--text)', fontSize: LABEL_SIZE, fontWeight: 600 }),
    ];
  }
}

/** Whether a run has a place on the plane. */
export function isDrawable({ latency, energy }: TaskMeasures, run: Run): boolean {
  return valueOf(latency, run) > 0 && valueOf(energy, run) > 0;
}
