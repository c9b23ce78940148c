// Colours of the canvas, which cannot use custom properties: read from the tokens, again when the theme changes.
import { useEffect, useState } from 'react';

/** Return a number that changes with the theme, chosen or of the system. */
export function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const changed = () => setVersion((count) => count + 1);
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    scheme.addEventListener('change', changed);
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      scheme.removeEventListener('change', changed);
      observer.disconnect();
    };
  }, []);
  return version;
}

/** Resolve a CSS colour such as `var(--muted)` at an element: custom properties with `light-dark()` resolve only there. */
export function resolved(element: HTMLElement, color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  element.append(probe);
  const text = getComputedStyle(probe).color;
  probe.remove();
  return text;
}

/** Colours of the lines of up to four GPUs; more share the colour of their GPU model, and one is emphasised. */
const LINE_COLORS = ['var(--compared-1)', 'var(--compared-2)', 'var(--compared-3)', 'var(--compared-4)'];

/** CSS colour of the line of each of `count` GPUs. */
export function lineColors(count: number, ofModel: string): readonly string[] {
  if (count === 1) return [ofModel];
  return Array.from({ length: count }, (_, position) => (count <= LINE_COLORS.length ? LINE_COLORS[position] : undefined) ?? ofModel);
}
