// An Observable Plot chart in React: drawn again when its options change.
import { plot, type PlotOptions } from '@observablehq/plot';
import { useLayoutEffect, useRef } from 'react';

interface PlotFrameProps {
  /** Memoized by the caller: the chart is drawn again whenever the object changes. */
  options: PlotOptions;
  /** Called with the SVG after each drawing. */
  onDrawn?: (svg: SVGSVGElement) => void;
}

export function PlotFrame({ options, onDrawn }: PlotFrameProps) {
  const ref = useRef<HTMLDivElement>(null);
  const drawn = useRef(onDrawn);
  drawn.current = onDrawn;
  useLayoutEffect(() => {
    const chart = plot({ ...options, figure: false });
    chart.setAttribute('aria-hidden', 'true'); // the caption and the table state the values
    ref.current?.replaceChildren(chart);
    if (chart instanceof SVGSVGElement) drawn.current?.(chart);
  }, [options]);
  return <div className="plot-frame" ref={ref} />;
}
