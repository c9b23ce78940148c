// The headline of a view: its answer in a sentence, announced to screen readers when it has settled.
import { useEffect, useState } from 'react';

const SETTLED_MILLISECONDS = 400;

export function Headline({ children }: { children: string }) {
  const [announced, setAnnounced] = useState(children);
  useEffect(() => {
    document.title = `${children} · ML.ENERGY graph`;
    const timer = setTimeout(() => setAnnounced(children), SETTLED_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [children]);
  return (
    <>
      <h1 className="headline">{children}</h1>
      <p className="visually-hidden" aria-live="polite">
        {announced}
      </p>
    </>
  );
}
