// Button that opens what can be taken away from the view: query, programs, files, citation.
import { lazy, Suspense, useEffect, useRef, useState } from 'react';

import type { Shell } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { RouteName } from '../state/routes';
import type { TakeAway } from './contract';

export interface TakeAwayButtonProps {
  shell: Shell;
  route: RouteName;
  /** State with every default filled in, for the copied link; the revision is added. */
  state: ViewState;
  /** States what is on screen; called when the button is pressed. Null while there is nothing. */
  takeAway: (() => TakeAway | Promise<TakeAway>) | null;
}

/** Loaded when the button is pressed. */
const TakeAwayPanel = lazy(async () => ({ default: (await import('./TakeAwayPanel')).TakeAwayPanel }));

export function TakeAwayButton({ shell, route, state, takeAway }: TakeAwayButtonProps) {
  const [opened, setOpened] = useState<{ taken: TakeAway; state: ViewState } | null>(null);
  const [failure, setFailure] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // Another view state is on screen then.
    const close = () => setOpened(null);
    addEventListener('popstate', close);
    return () => removeEventListener('popstate', close);
  }, []);
  const open = async () => {
    if (takeAway === null) return;
    try {
      setFailure('');
      setOpened({ taken: await takeAway(), state: { ...state, revision: shell.dataset.revision } });
    } catch (error) {
      setFailure(`Not opened: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const close = () => {
    setOpened(null);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="button primary"
        aria-haspopup="dialog"
        disabled={takeAway === null}
        onClick={() => void open()}
      >
        Take it away
      </button>
      {failure && <span role="alert">{failure}</span>}
      {opened && (
        <Suspense fallback={null}>
          <TakeAwayPanel shell={shell} route={route} state={opened.state} takeAway={opened.taken} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
