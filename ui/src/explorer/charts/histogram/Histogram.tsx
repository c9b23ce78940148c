// Histogram of a quantity: share of the values per bin, with marked values such as the median.
import { axisX, axisY, gridY, rectY, ruleX, ruleY, text, type PlotOptions } from '@observablehq/plot';
import { useMemo } from 'react';

import { useWidth } from '../../parts/useWidth';
import { tickText } from '../axes';
import { PlotFrame } from '../PlotFrame';
import type { Bin } from './bins';
import { denseTicks } from './ticks';

export interface Mark {
  /** Label with the value: `Median 47.6 ms`. */
  label: string;
  value: number;
}

interface HistogramProps {
  bins: readonly Bin[];
  /** Number of all values. */
  total: number;
  marks: readonly Mark[];
  /** Title of the horizontal axis, with its unit. */
  title: string;
  /** Title of the vertical axis. */
  shareTitle: string;
  isLog: boolean;
  onDrawn?: (svg: SVGSVGElement) => void;
}

const HEIGHT = 230;
const MARK_LINE = 15;

export function Histogram({ bins, total, marks, title, shareTitle, isLog, onDrawn }: HistogramProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const options = useMemo((): PlotOptions => {
    const domain: [number, number] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1];
    const middle = isLog ? Math.sqrt(domain[0] * domain[1]) : (domain[0] + domain[1]) / 2;
    const fontSize = width < 500 ? 11 : 12;
    return {
      width,
      height: HEIGHT,
      marginLeft: 44,
      marginRight: 14,
      marginTop: 22 + MARK_LINE * marks.length,
      marginBottom: 38,
      style: { fontFamily: 'inherit', fontSize: `${fontSize}px`, color: 'var(--muted)', background: 'none' },
      x: { type: isLog ? 'log' : 'linear', domain },
      y: { domain: [0, Math.max(...bins.map(({ count }) => (100 * count) / total)) * 1.02] },
      marks: [
        gridY({ stroke: 'var(--grid)', strokeOpacity: 1, ticks: 4 }),
        axisX({ ...(isLog ? { ticks: denseTicks(domain, (width - 58) / 42) } : { ticks: width < 500 ? 4 : 7 }), tickFormat: tickText, label: title, labelAnchor: 'right', labelArrow: 'none', labelOffset: 34 }),
        axisY({ ticks: 4, label: shareTitle, labelAnchor: 'top', labelArrow: 'none', tickFormat: (tick: number) => `${tick}%` }),
        rectY(bins, { x1: 'from', x2: 'to', y: ({ count }: Bin) => (100 * count) / total, fill: 'var(--accent)', fillOpacity: 0.55, insetLeft: 0.5, insetRight: 0.5 }),
        ruleY([0], { stroke: 'var(--line)' }),
        ruleX(marks, { x: 'value', stroke: 'var(--text)', strokeDasharray: '4 3' }),
        // One line of text per mark, so that labels of close values do not overlap.
        ...marks.map((mark, position) =>
          text([mark], {
            x: 'value',
            frameAnchor: 'top',
            dy: -6 - MARK_LINE * (marks.length - 1 - position),
            dx: mark.value > middle ? 4 : -4,
            textAnchor: mark.value > middle ? 'end' : 'start',
            text: 'label',
            fill: 'var(--text)',
          }),
        ),
      ],
    };
  }, [bins, total, marks, title, shareTitle, isLog, width]);
  return <div ref={box}>{width > 0 && <PlotFrame options={options} {...(onDrawn ? { onDrawn } : {})} />}</div>;
}
