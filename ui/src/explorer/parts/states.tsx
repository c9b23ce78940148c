// What a view shows while it loads, after a failure, and beside ignored parameters.
import { type ReactNode, useEffect, useState } from 'react';

import { GraphError, ServerAway } from '../../graph/client';

/** Shown only after a moment, so that quick answers do not flash. */
const PATIENCE_MILLISECONDS = 200;

export function LoadingNote({ what }: { what: string }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="note" role="status">
      {isShown ? `Loading ${what}…` : ''}
    </p>
  );
}

export function Failure({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div className="failure" role="alert">
      <p>{error instanceof ServerAway ? 'The server did not answer. Your selection is kept in the address.' : error.message}</p>
      {error instanceof GraphError && error.requestId !== null && (
        <p className="muted">
          Request ID <code>{error.requestId}</code>
        </p>
      )}
      <button type="button" className="button" onClick={retry}>
        Retry
      </button>
    </div>
  );
}

/** Sentences about parameters that were ignored, or a link that another revision made. */
export function Notices({ notices }: { notices: readonly string[] }) {
  if (notices.length === 0) return null;
  return (
    <ul className="notices" role="status">
      {notices.map((notice) => (
        <li key={notice}>{notice}</li>
      ))}
    </ul>
  );
}

/** A state without rows, with the ways out of it. */
export function Nothing({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="nothing">
      <p>{children}</p>
      {actions && <p className="actions">{actions}</p>}
    </div>
  );
}
