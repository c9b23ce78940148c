// The frontier: a staircase, its runs as outlined marks, and their batch sizes.
import { memo } from 'react';

import { counted } from '../../data/format';
import { valueOf } from '../../data/measures';
import { gpusOf, type Run } from '../../data/runs';
import { gpuMark, markPath } from '../gpus';
import type { LayerProps, PlaneProps } from './contract';
import { pointOf } from './geometry';
import { textWidth, withoutCollisions } from './labels';
import { NOTE_LINE, noteBox, type NoteText } from './note';
import { staircasePath } from './staircase';

interface FrontierLayerProps extends LayerProps, Pick<PlaneProps, 'frontiers' | 'isPerModel'> {
  deadline: number | null;
  note: NoteText;
}

export const FrontierLayer = memo(function FrontierLayer({ shell, measures, geometry, isCompact, frontiers, isPerModel, deadline, note }: FrontierLayerProps) {
  const x = deadline === null ? Infinity : geometry.x(deadline);
  return (
    <g aria-hidden="true" fontSize={isCompact ? 10 : 11}>
      {frontiers.map((frontier, index) => (
        <path
          key={frontier[0]?.modelId ?? index}
          d={staircasePath(frontier.map((run) => pointOf(geometry, measures, run)), isPerModel ? endOf(frontier, geometry, measures) : geometry.right)}
          fill="none"
          stroke="var(--text)"
          strokeOpacity={isPerModel ? 0.4 : 0.85}
          strokeWidth={isPerModel ? 1.1 : 1.6}
        />
      ))}
      {frontiers.flat().map((run) => {
        const point = pointOf(geometry, measures, run);
        const { color, shape } = gpuMark(shell, run.gpuModel);
        return (
          <path
            key={run.id}
            data-frontier={run.id}
            transform={`translate(${point.x},${point.y})`}
            d={markPath(shape, isPerModel ? 3.2 : isCompact ? 3.8 : 4.6)}
            fill="var(--ground)"
            stroke={color}
            strokeWidth={isPerModel ? 1.3 : 1.8}
            strokeOpacity={point.x > x + 0.01 ? 0.5 : 1}
          />
        );
      })}
      {!isPerModel && !isCompact && <BatchLabels {...{ geometry, measures, note }} frontier={frontiers[0] ?? []} />}
    </g>
  );
});

/** The staircase of a model ends at its last run: beyond it, the model was not measured. */
function endOf(frontier: readonly Run[], { x }: LayerProps['geometry'], { latency }: LayerProps['measures']): number {
  const last = frontier.at(-1);
  return last ? x(valueOf(latency, last)) : 0;
}

interface BatchLabelsProps extends Pick<LayerProps, 'geometry' | 'measures'> {
  frontier: readonly Run[];
  note: NoteText;
}

/** Beneath and left of the marks, where no run is; a label that collides with an earlier one is dropped. */
function BatchLabels({ geometry, measures, frontier, note }: BatchLabelsProps) {
  const labels = frontier.map((run) => ({ run, text: counted(valueOf(measures.batch, run)), ...pointOf(geometry, measures, run) }));
  const family = getComputedStyle(document.body).fontFamily;
  const shown = withoutCollisions(
    labels,
    ({ text, x, y }) => {
      const width = textWidth(text, `11px ${family}`);
      return { left: x - 6 - width, top: y + 5, width: width + 3, height: 12 };
    },
    [{ ...noteBox(note, geometry), width: note.width }],
  );
  return shown.map(({ run, text, x, y }) => (
    <text key={run.id} x={x - 6} y={y + 15} textAnchor="end" fill="var(--muted)" {...HALO}>
      {text}
    </text>
  ));
}

/** Outline in the colour of the ground, so that lines beneath do not cross the letters. */
export const HALO = { stroke: 'var(--ground)', strokeWidth: 3, strokeLinejoin: 'round', paintOrder: 'stroke' } as const;

/** What is on the frontier, in the corner under it. */
export function FrontierNote({ note, geometry }: { note: NoteText; geometry: LayerProps['geometry'] }) {
  const { left, top } = noteBox(note, geometry);
  return (
    <g aria-hidden="true" fontSize={note.size} {...HALO}>
      {note.lines.map(({ text, kind }, index) => (
        <text
          key={text}
          x={left}
          y={top + NOTE_LINE * (index + 0.8)}
          fill={kind === 'direction' ? 'var(--accent)' : kind === 'detail' ? 'var(--muted)' : 'var(--text)'}
          fontWeight={kind === 'detail' ? 400 : 700}
        >
          {text}
        </text>
      ))}
    </g>
  );
}

/** GPUs of the frontier, where they are the same for all its runs. */
export function frontierGpus(frontier: readonly Run[]): string | null {
  const names = new Set(frontier.map(gpusOf));
  return names.size === 1 ? ([...names][0] ?? null) : null;
}
