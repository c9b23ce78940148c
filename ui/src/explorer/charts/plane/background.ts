// The lower layer of the plane: axes, grid, and every run, faded. Drawn once for a set of runs and a size.
import { dot, gridX, gridY, plot, text } from '@observablehq/plot';

import { type TaskMeasures, valueOf } from '../../data/measures';
import type { Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { logTicks, tickText } from '../axes';
import { gpuMark } from '../gpus';
import type { Geometry } from './geometry';

export const RUN_RADIUS = 3.4;
const OPACITY = 0.42;

export function drawBackground(shell: Shell, runs: readonly Run[], { latency, energy }: TaskMeasures, geometry: Geometry, isCompact: boolean): Element {
  const { width, height, left, right, top, bottom, xDomain, yDomain } = geometry;
  const [xTicks, yTicks] = [logTicks(xDomain), logTicks(yDomain)];
  // Not the marks of axes, which leave out some labels of logarithmic scales.
  const label = { text: tickText, fontSize: isCompact ? 11 : 12, fill: 'var(--muted)' } as const;
  const chart = plot({
    width,
    height,
    marginLeft: left,
    marginRight: width - right,
    marginTop: top,
    marginBottom: height - bottom,
    x: { type: 'log', domain: [...xDomain], axis: null },
    y: { type: 'log', domain: [...yDomain], axis: null },
    marks: [
      gridX(xTicks, GRID),
      gridY(yTicks, GRID),
      text(xTicks, { ...label, x: (tick: number) => tick, frameAnchor: 'bottom', dy: 18 }),
      text(yTicks, { ...label, y: (tick: number) => tick, frameAnchor: 'left', textAnchor: 'end', dx: -7 }),
      ...shell.gpus.map(({ model }) => {
        const { color, shape } = gpuMark(shell, model);
        return dot(
          runs.filter(({ gpuModel }) => gpuModel === model),
          {
            x: (run: Run) => valueOf(latency, run),
            y: (run: Run) => valueOf(energy, run),
            r: RUN_RADIUS,
            symbol: shape,
            fill: color,
            fillOpacity: OPACITY,
          },
        );
      }),
    ],
  });
  chart.setAttribute('aria-hidden', 'true'); // the table and the ranked links state the values
  return chart;
}

const GRID = { stroke: 'var(--grid)', strokeOpacity: 1 } as const;
