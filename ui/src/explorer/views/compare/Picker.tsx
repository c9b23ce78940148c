// The compared models as a legend with buttons to remove them, and a search for further models of the task.
import { useState } from 'react';

import { seriesStyle } from '../../charts/compare/series';
import { MOST_COMPARED } from '../../data/compare';

export interface Named {
  id: string;
  name: string;
}

interface PickerProps {
  chosen: readonly Named[];
  /** Models of the task. */
  offered: readonly Named[];
  choose: (ids: readonly string[]) => void;
}

export function Picker({ chosen, offered, choose }: PickerProps) {
  const [text, setText] = useState('');
  const ids = chosen.map(({ id }) => id);
  const found = offered.filter(({ id, name }) => !ids.includes(id) && `${name} ${id}`.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <div className="compare-picker">
      <ul className="compare-chosen" aria-label="Compared models">
        {chosen.map(({ id, name }, index) => (
          <li key={id}>
            <Swatch index={index} /> {name}{' '}
            <button type="button" className="button" aria-label={`Remove ${name}`} onClick={() => choose(ids.filter((each) => each !== id))}>
              ×
            </button>
          </li>
        ))}
      </ul>
      {ids.length < MOST_COMPARED && (
        <details className="compare-add" open={ids.length < 2}>
          <summary className="button">Add a model</summary>
          <input type="search" aria-label="Search the models of this task" placeholder="Search models" value={text} onChange={(event) => setText(event.target.value)} />
          <div className="compare-offered">
            {found.map(({ id, name }) => (
              <button key={id} type="button" className="chip" title={id} onClick={() => choose([...ids, id])}>
                {name}
              </button>
            ))}
            {found.length === 0 && <span className="muted">No further model of this task matches.</span>}
          </div>
        </details>
      )}
    </div>
  );
}

export function Swatch({ index }: { index: number }) {
  const { color, dashes } = seriesStyle(index);
  return (
    <svg className="compare-swatch" viewBox="0 0 28 8" aria-hidden="true">
      <path d="M0,4H28" stroke={color} strokeWidth={3} strokeDasharray={dashes} />
    </svg>
  );
}
