// Search field whose text goes to the URL when typing pauses, so that Back undoes a search, not a letter.
import { useEffect, useRef, useState } from 'react';

const PAUSE_MILLISECONDS = 400;

interface SearchFieldProps {
  label: string;
  /** Text of the URL. */
  value: string;
  /** Called on every letter. */
  onDraft: (text: string) => void;
  /** Called after a pause, on Enter, and on leaving the field. */
  onSettled: (text: string) => void;
}

export function SearchField({ label, value, onDraft, onSettled }: SearchFieldProps) {
  const [draft, setDraft] = useState(value);
  const settled = useRef(value);
  useEffect(() => {
    settled.current = value; // after Back, the field follows the URL
    setDraft(value);
    onDraft(value);
  }, [value, onDraft]);
  const settle = () => {
    if (draft === settled.current) return;
    settled.current = draft;
    onSettled(draft);
  };
  const latest = useRef(settle);
  latest.current = settle;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <label className="models-search">
      {label}
      <input
        type="search"
        value={draft}
        onChange={({ target }) => {
          setDraft(target.value);
          onDraft(target.value);
        }}
        onBlur={settle}
        onKeyDown={({ key }) => key === 'Enter' && settle()}
      />
    </label>
  );
}
