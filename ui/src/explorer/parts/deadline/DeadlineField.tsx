// Numeric field of the deadline; a number applies on Enter or when the field is left.
import { useEffect, useState } from 'react';

import { exactText } from '../../data/deadline';
import type { Measure } from '../../data/measures';

interface DeadlineFieldProps {
  latency: Measure;
  deadline: number | null;
  onChoose: (deadline: number) => void;
}

export function DeadlineField({ latency, deadline, onChoose }: DeadlineFieldProps) {
  const shown = deadline === null ? '' : exactText(deadline);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const apply = () => {
    const value = Number(text.replaceAll(',', ''));
    if (text === shown) return;
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) onChoose(value);
    else setText(shown);
  };
  return (
    <label className="deadline-field">
      <span>at most</span>
      <input
        type="text"
        inputMode="decimal"
        aria-label={`Deadline in ${latency.unit}`}
        placeholder="none"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
          if (event.key === 'Escape') setText(shown);
        }}
      />
      <b>{latency.unit}</b>
    </label>
  );
}
