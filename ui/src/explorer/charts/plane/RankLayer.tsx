// The best run of each model as links with labels: one tab stop, arrows move in the order of the ranks.
import { type KeyboardEvent, useRef, useState } from 'react';

import { counted, measured } from '../../data/format';
import { type TaskMeasures, valueOf } from '../../data/measures';
import type { Ranked } from '../../data/ranking';
import { gpusOf, type Run } from '../../data/runs';
import { addressOf } from '../../state/useViewState';
import { gpuMark, markPath } from '../gpus';
import type { LayerProps, PlaneProps } from './contract';
import { HALO } from './FrontierLayer';
import { LABEL_FONT, labelText, labelX, leaderPath, type PlacedRank } from './ranks';

interface RankLayerProps extends LayerProps, Pick<PlaneProps, 'highlighted'> {
  placed: readonly PlacedRank[];
  /** Called with the run of the mark that has the focus. */
  onFocus: (run: Run) => void;
  onBlur: () => void;
  /** Called for the space bar. */
  onPin: (run: Run) => void;
}

export function RankLayer({ shell, measures, geometry, isCompact, placed, highlighted, onFocus, onBlur, onPin }: RankLayerProps) {
  const links = useRef(new Map<string, HTMLOrSVGElement>());
  const [current, setCurrent] = useState<string | null>(null);
  const ids = placed.map(({ ranked }) => ranked.run.id);
  const stop = current !== null && ids.includes(current) ? current : ids[0];

  const onKeyDown = (event: KeyboardEvent, run: Run) => {
    const index = ids.indexOf(run.id);
    const target = targetOf(event.key, index, ids.length);
    if (target !== null) {
      event.preventDefault();
      links.current.get(ids[target] ?? '')?.focus();
    } else if (event.key === ' ') {
      event.preventDefault();
      onPin(run);
    }
  };
  const radius = (isNumbered: boolean) => (isCompact ? (isNumbered ? 8.5 : 4.2) : 6);
  // Better ranks are drawn later, over the others; marks without a number first.
  const order = [...placed].reverse().sort((one, other) => Number(one.isNumbered) - Number(other.isNumbered));
  return (
    <>
      <g aria-hidden="true" fill="none" stroke="var(--muted)" strokeWidth={0.8}>
        {placed.map((each) => (each.labelY === null ? null : <path key={each.ranked.run.id} d={leaderPath(each, geometry)} strokeOpacity={highlighted === each.ranked.run.modelId ? 1 : 0.6} />))}
      </g>
      {order.map(({ ranked, point, labelY, isNumbered }) => {
        const { run, rank } = ranked;
        const { color, shape } = gpuMark(shell, run.gpuModel);
        const isHighlighted = highlighted === run.modelId;
        const r = radius(isNumbered) * (isNumbered && shape === 'triangle' ? 1.15 : 1);
        return (
          <a
            key={run.id}
            ref={(element) => {
              if (element) links.current.set(run.id, element);
              else links.current.delete(run.id);
            }}
            className="plane-rank"
            href={addressOf('run', { id: run.id })}
            data-run={run.id}
            tabIndex={run.id === stop ? 0 : -1}
            aria-label={fullLabel(ranked, measures)}
            onFocus={() => {
              setCurrent(run.id);
              onFocus(run);
            }}
            onBlur={onBlur}
            onKeyDown={(event) => onKeyDown(event, run)}
          >
            <path
              transform={`translate(${point.x},${point.y})`}
              d={markPath(shape, isHighlighted ? r * 1.25 : r)}
              fill={color}
              stroke={isHighlighted ? 'var(--text)' : 'var(--ground)'}
              strokeWidth={isHighlighted ? 2 : 1.5}
            />
            {isNumbered && (
              <text x={point.x} y={point.y + 3.6} textAnchor="middle" fontSize={10} fontWeight={700} fill="var(--ground)">
                {rank}
              </text>
            )}
            {labelY !== null && (
              <text
                className="plane-label"
                x={labelX(geometry)}
                y={labelY + LABEL_FONT / 3}
                fontSize={LABEL_FONT}
                fontWeight={isHighlighted ? 700 : 400}
                fill="var(--text)"
                {...HALO}
              >
                {labelText(ranked)}
              </text>
            )}
          </a>
        );
      })}
    </>
  );
}

/** Index to move to for a key, or null. */
function targetOf(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(count - 1, index + 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

function fullLabel({ rank, run }: Ranked, { latency, energy, batch }: TaskMeasures): string {
  const values = [energy, latency].map((measure) => `${measured(valueOf(measure, run))} ${measure.unit}`).join(' at ');
  return `Rank ${rank}: ${run.nickname}, ${values}, on ${gpusOf(run)}, batch ${counted(valueOf(batch, run))}. Open run.`;
}
