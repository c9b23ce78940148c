// Copying to the clipboard: what was copied stands in a status line; without a clipboard, the text is shown selected.
import { useCallback, useEffect, useRef, useState } from 'react';

/** Copy a text under the name by which the status line calls it. */
export type Copy = (name: string, text: string) => void;

export interface Copying {
  copy: Copy;
  report: (status: string) => void;
  status: string;
  /** Text to be copied by hand. */
  manual: { name: string; text: string } | null;
}

export function useCopying(): Copying {
  const [status, report] = useState('');
  const [manual, setManual] = useState<Copying['manual']>(null);
  const copy = useCallback((name: string, text: string) => {
    void writeToClipboard(text).then(
      () => {
        setManual(null);
        report(`Copied: ${name}.`);
      },
      (error: unknown) => {
        setManual({ name, text });
        report(`Not copied: ${error instanceof Error ? error.message : String(error)} The text is selected below: copy it by hand.`);
      },
    );
  }, []);
  return { copy, report, status, manual };
}

async function writeToClipboard(text: string): Promise<void> {
  if (!window.isSecureContext) throw new Error('browsers allow this on HTTPS pages and on localhost only.');
  await navigator.clipboard.writeText(text);
}

export function CopyStatus({ status, manual }: Pick<Copying, 'status' | 'manual'>) {
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, [manual]);
  return (
    <div className="take-away-status" data-empty={status === ''}>
      <p role="status">{status}</p>
      {manual && <textarea ref={box} readOnly rows={5} aria-label={`${manual.name}, to copy by hand`} value={manual.text} />}
    </div>
  );
}
