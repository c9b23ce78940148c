// Facts of one run beside its mark; pinned by a click or the space bar, closed by Escape.
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

import { counted, full } from '../../data/format';
import { type Measure, valueOf } from '../../data/measures';
import { fieldOf, gpusOf, type Run } from '../../data/runs';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import type { LayerProps } from './contract';
import { pointOf } from './geometry';

interface TooltipProps extends LayerProps {
  run: Run;
  rank: number | null;
  isOnFrontier: boolean;
  isPinned: boolean;
  onClose: () => void;
  /** Link of a pinned tooltip. */
  linkRef: RefObject<HTMLAnchorElement | null>;
}

export function Tooltip({ shell, measures, geometry, run, rank, isOnFrontier, isPinned, onClose, linkRef }: TooltipProps) {
  const ref = useRef<HTMLDivElement>(null);
  const { x, y } = pointOf(geometry, measures, run);
  const [position, setPosition] = useState({ left: x, top: y });
  useLayoutEffect(() => {
    const box = ref.current?.getBoundingClientRect();
    if (!box) return;
    const left = x + 14 + box.width <= geometry.width ? x + 14 : Math.max(0, x - 14 - box.width);
    const beside = left === 0 && x - 14 - box.width < 0; // too narrow for either side of the mark
    const top = beside ? (y + 16 + box.height <= geometry.height ? y + 16 : y - 16 - box.height) : y - box.height / 2;
    setPosition({ left, top: Math.max(0, Math.min(geometry.height - box.height, top)) });
  }, [x, y, geometry, isPinned]);
  const { latency, energy, throughput, batch } = measures;
  return (
    <div
      ref={ref}
      className="plane-tooltip"
      style={position}
      data-pinned={isPinned}
      {...(isPinned ? { role: 'dialog', 'aria-label': `Run of ${run.nickname}` } : { 'aria-hidden': true })}
    >
      <p className="plane-tooltip-name">
        <b>{run.nickname}</b>
        {isPinned && (
          <button type="button" className="link-button" aria-label="Close" onClick={onClose}>
            ✕
          </button>
        )}
      </p>
      <p>
        <GpuMarkIcon shell={shell} gpuModel={run.gpuModel} /> {[gpusOf(run), run.parallelism, `batch ${counted(valueOf(batch, run))}`, run.weightPrecision].filter(Boolean).join(' · ')}
      </p>
      {generationText(run) && <p className="muted">{generationText(run)}</p>}
      <dl>
        {[energy, latency, throughput].map((measure) => (
          <Value key={measure.field} measure={measure} run={run} />
        ))}
      </dl>
      {(rank !== null || isOnFrontier) && (
        <p className="muted">{[rank === null ? '' : `rank ${rank}`, isOnFrontier ? 'on the frontier' : ''].filter(Boolean).join(' · ')}</p>
      )}
      {isPinned && (
        <Link ref={linkRef} to="run" state={{ id: run.id }}>
          Open run
        </Link>
      )}
    </div>
  );
}

function Value({ measure, run }: { measure: Measure; run: Run }) {
  return (
    <div>
      <dt>{measure.shortName}</dt>
      <dd>
        {full(valueOf(measure, run))} <span className="muted">{measure.unit}</span>
      </dd>
    </div>
  );
}

/** What a diffusion model generated: `1024×1024, 28 steps, 81 frames`; empty for language models. */
function generationText(run: Run): string {
  const [width, height, steps, frames] = ['width', 'height', 'inferenceSteps', 'numFrames'].map((field) => fieldOf(run, field));
  return [width && height ? `${width}×${height}` : '', steps ? `${steps} steps` : '', frames ? `${frames} frames` : ''].filter(Boolean).join(', ');
}
