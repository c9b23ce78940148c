// A Plot whose marks are links: one tab stop, arrows move between the marks, and following one keeps the page.
import { plot, type PlotOptions } from '@observablehq/plot';
import { type KeyboardEvent, type MouseEvent, useLayoutEffect, useRef } from 'react';

import { openView } from '../../parts/Link';

/** Marks are smaller than a fingertip: a tap beside one selects the nearest within this distance in pixels. */
const REACH = 22;
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

export function LinkedPlot({ options, label }: { options: PlotOptions; label: string }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const chart = plot({ ...options, figure: false });
    chart.setAttribute('role', 'group');
    chart.setAttribute('aria-label', label);
    for (const child of chart.children) {
      if (child.querySelector('a') === null) child.setAttribute('aria-hidden', 'true');
      else child.removeAttribute('aria-label'); // "dot"
    }
    for (const [position, anchor] of [...chart.querySelectorAll('a')].entries()) {
      const name = anchor.querySelector('[aria-label]')?.getAttribute('aria-label');
      if (name) anchor.setAttribute('aria-label', name);
      anchor.setAttribute('tabindex', position === 0 ? '0' : '-1');
    }
    ref.current?.replaceChildren(chart);
  }, [options, label]);

  const move = (event: KeyboardEvent) => {
    const anchors: HTMLElement[] = [...(ref.current?.querySelectorAll('a') ?? [])];
    const current = anchors.findIndex((anchor) => anchor === document.activeElement);
    const step = STEPS[event.key];
    const next = step === undefined || current < 0 ? undefined : anchors[(current + step + anchors.length) % anchors.length];
    if (!next) return;
    event.preventDefault();
    for (const anchor of anchors) anchor.setAttribute('tabindex', anchor === next ? '0' : '-1');
    next.focus();
  };
  const follow = (event: MouseEvent) => {
    const anchor = (event.target as Element).closest('a') ?? nearestTo(event, [...(ref.current?.querySelectorAll('a') ?? [])]);
    if (!anchor || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openView(anchor.getAttribute('href') ?? anchor.getAttribute('xlink:href') ?? '');
  };
  return <div className="plot-frame" ref={ref} onKeyDown={move} onClick={follow} />;
}

function nearestTo<E extends Element>({ clientX, clientY }: MouseEvent, elements: readonly E[]): E | null {
  let nearest: E | null = null;
  let least = REACH;
  for (const element of elements) {
    const { x, y, width, height } = element.getBoundingClientRect();
    const distance = Math.hypot(x + width / 2 - clientX, y + height / 2 - clientY);
    if (distance <= least) [nearest, least] = [element, distance];
  }
  return nearest;
}
