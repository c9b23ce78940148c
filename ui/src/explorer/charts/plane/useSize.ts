// Hook for the size of an element whose size the style sheet sets.
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

import type { Size } from './geometry';

/** Return a ref for the element, and its size in CSS pixels: 0 until it is known. */
export function useSize<E extends Element>(): [RefObject<E | null>, Size] {
  const ref = useRef<E>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const update = ({ width, height }: Size) => {
      const next = { width: Math.round(width), height: Math.round(height) };
      setSize((known) => (known.width === next.width && known.height === next.height ? known : next));
    };
    update(element.getBoundingClientRect());
    const observer = new ResizeObserver(([entry]) => entry && update(entry.contentRect));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
