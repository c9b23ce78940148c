// All runs of the highlighted model, and its own frontier.
import { frontierOf } from '../../data/ranking';
import type { Run } from '../../data/runs';
import { gpuMark, markPath } from '../gpus';
import type { LayerProps } from './contract';
import { RUN_RADIUS } from './background';
import { pointOf } from './geometry';
import { staircasePath } from './staircase';

interface HighlightLayerProps extends LayerProps {
  runs: readonly Run[];
  modelId: string | null;
}

export function HighlightLayer({ shell, measures, geometry, runs, modelId }: HighlightLayerProps) {
  if (modelId === null) return null;
  const ofModel = runs.filter((run) => run.modelId === modelId);
  const points = frontierOf(ofModel, measures).map((run) => pointOf(geometry, measures, run));
  return (
    <g aria-hidden="true" className="plane-highlight">
      <path d={staircasePath(points, points.at(-1)?.x ?? 0)} fill="none" stroke="var(--text)" strokeWidth={1.6} strokeDasharray="2 2" />
      {ofModel.map((run) => {
        const { x, y } = pointOf(geometry, measures, run);
        const { color, shape } = gpuMark(shell, run.gpuModel);
        return <path key={run.id} transform={`translate(${x},${y})`} d={markPath(shape, RUN_RADIUS + 0.8)} fill={color} stroke="var(--ground)" strokeWidth={1} />;
      })}
    </g>
  );
}
