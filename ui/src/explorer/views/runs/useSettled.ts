// Hook for the latest settled value, so that a picture stays until the next one is complete.
import { useRef } from 'react';

export function useSettled<Value>(value: Value, isSettled: boolean): Value | null {
  const latest = useRef<Value | null>(null);
  if (isSettled) latest.current = value;
  return latest.current;
}
