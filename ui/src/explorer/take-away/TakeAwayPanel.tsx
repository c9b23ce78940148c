// The dialog with what can be taken away from the view on screen.
import './take-away.css';

import { useEffect, useId, useRef } from 'react';

import { useLoaded } from '../data/loading';
import type { Shell } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { RouteName } from '../state/routes';
import { completeAddress } from '../state/useViewState';
import { measuredAnswer } from './answer';
import { ChartSection } from './ChartSection';
import { CitationSection } from './CitationSection';
import type { TakeAway } from './contract';
import { CopyStatus, useCopying } from './copying';
import { QuerySection } from './QuerySection';
import { RowsSection } from './RowsSection';

interface TakeAwayPanelProps {
  shell: Shell;
  route: RouteName;
  state: ViewState;
  takeAway: TakeAway;
  onClose: () => void;
}

export function TakeAwayPanel({ shell, route, state, takeAway, onClose }: TakeAwayPanelProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  const copying = useCopying();
  const answer = useLoaded('answer', (signal) => measuredAnswer(takeAway.result, signal));
  const { dataset } = shell;
  const link = completeAddress(route, state);
  return (
    <dialog
      ref={dialog}
      className="take-away"
      aria-labelledby={title}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close(); // outside the panel
      }}
    >
      <div className="take-away-content">
        <header className="take-away-header">
          <h2 id={title}>Take it away</h2>
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </header>
        <p className="take-away-title">{takeAway.title}</p>
        <p className="actions">
          <button type="button" className="button" onClick={() => copying.copy('the link to this view', link)}>
            Copy link
          </button>
        </p>
        <RowsSection takeAway={takeAway} />
        <ChartSection shell={shell} takeAway={takeAway} link={link} report={copying.report} />
        <QuerySection dataset={dataset} takeAway={takeAway} answer={answer} copy={copying.copy} />
        <CitationSection dataset={dataset} takeAway={takeAway} link={link} digest={answer.data?.digest ?? null} copy={copying.copy} />
        <CopyStatus {...copying} />
      </div>
    </dialog>
  );
}
