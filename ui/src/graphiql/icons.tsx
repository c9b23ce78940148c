// Icons of the toolbar and the side bar.
import type { ReactNode } from 'react';

function ToolbarIcon({ children }: { children: ReactNode }) {
  return (
    <svg
      className="graphiql-toolbar-icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export function CodeIcon() {
  return (
    <ToolbarIcon>
      <path d="m8.5 7-5 5 5 5m7-10 5 5-5 5" />
    </ToolbarIcon>
  );
}

export function LinkIcon() {
  return (
    <ToolbarIcon>
      <path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.2-1.2" />
    </ToolbarIcon>
  );
}

export function BookmarkIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M6 3.5h12a.5.5 0 0 1 .5.5v16.5L12 16l-6.5 4.5V4a.5.5 0 0 1 .5-.5Z" strokeLinejoin="round" />
    </svg>
  );
}

export function CopyIcon() {
  return (
    <svg viewBox="0 0 24 24" width="16" height="16" fill="none" stroke="currentColor" strokeWidth="1.75" aria-hidden="true">
      <path d="M9 9h11v11H9zM5 15H4V4h11v1" strokeLinejoin="round" />
    </svg>
  );
}
