// Slider of the deadline, logarithmic, with a histogram of the runs above it.
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef } from 'react';

import { exactText, histogramOf, positionOf } from '../../data/deadline';
import { measured } from '../../data/format';
import type { Measure } from '../../data/measures';
import type { Run } from '../../data/runs';

const BINS = 40;
/** Positions that Page Up and Page Down move by; browsers would move by a tenth of the range. */
const PAGE = 10;

interface DeadlineSliderProps {
  runs: readonly Run[];
  latency: Measure;
  deadline: number | null;
  positions: readonly number[];
  admitted: string;
  onDrag: (deadline: number) => void;
  onRelease: (deadline: number) => void;
  onNone: () => void;
}

export function DeadlineSlider({ runs, latency, deadline, positions, admitted, onDrag, onRelease, onNone }: DeadlineSliderProps) {
  const input = useRef<HTMLInputElement>(null);
  const isKeyDown = useRef(false);
  const moved = useRef<number | null>(null);
  const last = positions.length - 1;
  const position = Math.max(0, positionOf(deadline, positions));
  const bins = useMemo(() => histogramOf(runs, latency, positions, BINS), [runs, latency.field, positions]);

  const move = (to: number) => {
    const value = positions[Math.min(last, Math.max(0, to))];
    if (value === undefined) return;
    moved.current = value;
    onDrag(value);
  };
  const release = () => {
    isKeyDown.current = false;
    const value = moved.current;
    moved.current = null;
    if (value !== null) onRelease(value);
  };
  // The native `change` also ends gestures without pointer or key events, such as those of assistive technology.
  const ended = useRef(release);
  ended.current = release;
  useEffect(() => {
    const element = input.current;
    const end = () => {
      if (!isKeyDown.current) ended.current();
    };
    element?.addEventListener('change', end);
    return () => element?.removeEventListener('change', end);
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    isKeyDown.current = true;
    const step = event.key === 'PageUp' ? PAGE : event.key === 'PageDown' ? -PAGE : 0;
    if (step === 0) return;
    event.preventDefault();
    move(position + step);
  };
  const share = last > 0 ? position / last : 1;
  return (
    <div className="deadline-slider" style={{ '--share': share } as CSSProperties}>
      <svg className="deadline-histogram" viewBox={`0 0 ${BINS} 1`} preserveAspectRatio="none" aria-hidden="true">
        {bins.map((height, bin) => (
          <rect key={bin} x={bin + 0.06} width={0.88} y={1 - height} height={height} data-beyond={(bin + 0.5) / BINS > share} />
        ))}
      </svg>
      <input
        ref={input}
        type="range"
        min={0}
        max={Math.max(0, last)}
        step={1}
        value={position}
        disabled={last < 1}
        aria-label={`Deadline: ${latency.name.toLowerCase()}`}
        aria-valuetext={`${deadline === null ? 'No deadline' : `${exactText(deadline)} ${latency.unit}`} ${spoken(latency)}; ${admitted}`}
        onChange={(event) => move(Number(event.target.value))}
        onPointerUp={release}
        onPointerCancel={release}
        onKeyDown={onKeyDown}
        onKeyUp={release}
        onBlur={release}
      />
      <div className="deadline-ends">
        <span>{positions.length > 0 && measured(positions[0])}</span>
        <button type="button" className="link-button deadline-none" aria-pressed={deadline === null} onClick={onNone}>
          No deadline
        </button>
        <span>{positions.length > 0 && `${measured(positions[last])} ${latency.unit}`}</span>
      </div>
    </div>
  );
}

/** Name of the latency in running text: `median inter-token latency`, `p99 …` stays as it is. */
function spoken({ name }: Measure): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
