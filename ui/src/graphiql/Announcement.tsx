// A message in a corner of the page that disappears by itself; screen readers read it.
import { type ReactNode, useEffect, useState } from 'react';

const MILLISECONDS_PER_CHARACTER = 60;
const MIN_MILLISECONDS = 5_000;

/** Return the place of the message, and a function that shows one. */
export function useAnnouncement(): [ReactNode, (message: string) => void] {
  const [message, announce] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => announce(''), Math.max(MIN_MILLISECONDS, message.length * MILLISECONDS_PER_CHARACTER));
    return () => clearTimeout(timer);
  }, [message]);
  const place = (
    <span className="announcement" role="status">
      {message}
    </span>
  );
  return [place, announce];
}
