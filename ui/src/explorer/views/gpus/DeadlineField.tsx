// Deadline of the pairs: a numeric field, which applies on Enter or when it is left, and presets.
import { useEffect, useState } from 'react';

import { deadlineText } from '../../data/deadline';
import type { Measure } from '../../data/measures';
import type { Change } from '../../state/useViewState';

interface DeadlineFieldProps {
  latency: Measure;
  deadline: number | null;
  /** The task's own deadline, which the URL leaves out. */
  defaultDeadline: number | null;
  change: (change: Change) => void;
}

/** Multiples of the default deadline. */
const PRESETS = [0.2, 0.5, 1, 2, 5];

export function DeadlineField({ latency, deadline, defaultDeadline, change }: DeadlineFieldProps) {
  const [text, setText] = useState('');
  useEffect(() => setText(deadline === null ? '' : String(deadline)), [deadline]);
  const choose = (chosen: number | 'none') => change({ deadline: chosen === defaultDeadline ? undefined : chosen });
  const apply = () => {
    const value = Number(text);
    if (text !== '' && Number.isFinite(value) && value > 0 && value !== deadline) choose(value);
    else setText(deadline === null ? '' : String(deadline));
  };
  return (
    <form
      className="gpus-deadline"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <label>
        {latency.shortName}, at most <input type="number" min="0" step="any" inputMode="decimal" value={text} onChange={(event) => setText(event.target.value)} onBlur={apply} /> {latency.unit}
      </label>
      {defaultDeadline !== null &&
        PRESETS.map((factor) => Number((factor * defaultDeadline).toPrecision(3))).map((preset) => (
          <button key={preset} type="button" className="chip" aria-pressed={preset === deadline} onClick={() => choose(preset)}>
            {deadlineText(preset, latency)}
          </button>
        ))}
      <button type="button" className="chip" aria-pressed={deadline === null} onClick={() => choose('none')}>
        No deadline
      </button>
    </form>
  );
}
