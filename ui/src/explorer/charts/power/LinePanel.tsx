// One panel of lines over time: uPlot on a canvas, with the steady state shaded behind it.
import 'uplot/dist/uPlot.min.css';
import './power.css';

import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

import { useWidth } from '../../parts/useWidth';
import { resolved, useThemeVersion } from './palette';

export interface Line {
  name: string;
  /** CSS colour, which may use custom properties. */
  color: string;
  values: readonly (number | null)[];
}

export interface LinePanelProps {
  /** Seconds from the start. */
  times: readonly number[];
  lines: readonly Line[];
  height: number;
  /** Whether the axis starts at 0. */
  fromZero: boolean;
  /** Bounds of the steady state in seconds from the start. */
  steady: { start: number; end: number } | null;
  /** Panels with the same key share the cursor. */
  syncKey: string;
  /** Position of the line that is drawn on top of the others, which are dimmed. */
  emphasised: number | null;
  /** Whether the time axis has a title. */
  hasTitle: boolean;
  /** Called with the position of the point under the cursor; null without one. */
  onPoint: (position: number | null) => void;
}

const FAINT = 0.28;

export function LinePanel(props: LinePanelProps) {
  const { times, lines, height, fromZero, steady, syncKey, emphasised, hasTitle } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const chart = useRef<uPlot | null>(null);
  const colors = useRef<Colors | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const theme = useThemeVersion();
  const isMeasured = width > 0;

  useEffect(() => {
    const element = box.current;
    if (element === null || !isMeasured) return;
    colors.current = readColors(element, lines);
    const color = (pick: (colors: Colors) => string) => () => (colors.current ? pick(colors.current) : '');
    const axis: uPlot.Axis = {
      font: `${window.innerWidth < 760 ? 11 : 12}px ${colors.current.font}`,
      stroke: color(({ text }) => text),
      grid: { stroke: color(({ grid }) => grid), width: 1 },
      ticks: { stroke: color(({ grid }) => grid), width: 1, size: 4 },
    };
    const options: uPlot.Options = {
      width: element.clientWidth,
      height,
      legend: { show: false },
      scales: { x: { time: false }, y: { range: (_, least, greatest) => bounds(least, greatest, fromZero) } },
      axes: [
        { ...axis, size: 24, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString('en-US')) },
        { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString('en-US')), space: 32 },
      ],
      series: [
        {},
        ...lines.map(
          (line, position): uPlot.Series => ({
            label: line.name,
            stroke: color(({ lines }) => lines[position] ?? ''),
            width: 1.25,
            points: { show: times.length === 1 },
            spanGaps: false,
          }),
        ),
      ],
      cursor: { sync: { key: syncKey }, drag: { x: false, y: false }, y: false, points: { size: 6 } },
      hooks: {
        setCursor: [({ cursor: { idx } }) => latest.current.onPoint(idx ?? null)],
        ready: [(plot) => shade(plot, latest.current.steady)],
        draw: [(plot) => shade(plot, latest.current.steady)],
      },
    };
    const plot = new uPlot(options, [[...times], ...lines.map(({ values }) => [...values])], element);
    chart.current = plot;
    return () => {
      plot.destroy();
      chart.current = null;
    };
  }, [box, times, lines, height, fromZero, syncKey, isMeasured]);

  useEffect(() => {
    if (width > 0 && chart.current && chart.current.width !== width) chart.current.setSize({ width, height });
  }, [width, height]);

  useEffect(() => {
    const [plot, element] = [chart.current, box.current];
    if (plot === null || element === null) return;
    colors.current = readColors(element, lines);
    for (const [position] of lines.entries()) {
      const series = plot.series[position + 1];
      if (!series) continue;
      series.alpha = emphasised === null || emphasised === position ? 1 : FAINT;
      series.width = emphasised === position ? 2 : 1.25;
    }
    plot.redraw(false, true);
  }, [box, theme, emphasised, lines, steady]);

  return (
    <div aria-hidden="true">
      <div className="power-panel" ref={box} style={{ height }} />
      {hasTitle && <p className="power-axis-title">Time from the start of the recording (s)</p>}
    </div>
  );
}

interface Colors {
  text: string;
  grid: string;
  font: string;
  lines: readonly string[];
}

function readColors(element: HTMLElement, lines: readonly Line[]): Colors {
  return {
    text: resolved(element, 'var(--muted)'),
    grid: resolved(element, 'var(--grid)'),
    font: getComputedStyle(element).fontFamily,
    lines: lines.map(({ color }) => resolved(element, color)),
  };
}

/** Range of the vertical axis, with room above the lines. */
function bounds(least: number | null, greatest: number | null, fromZero: boolean): [number, number] {
  if (least === null || greatest === null) return [0, 1];
  const from = fromZero ? Math.min(0, least) : least;
  const room = Math.max(greatest - from, 1) * 0.06;
  return [fromZero ? from : from - 4 * room, greatest + room]; // below, the label of the steady state
}

/** Mark the steady state with an element below the canvas, so that its colours are those of the style sheet. */
function shade(plot: uPlot, steady: LinePanelProps['steady']): void {
  const known = plot.under.querySelector<HTMLElement>('.power-steady');
  if (steady === null) {
    known?.remove();
    return;
  }
  const element = known ?? document.createElement('div');
  if (known === null) {
    element.className = 'power-steady';
    element.textContent = 'Steady state';
    plot.under.append(element);
  }
  const [left, right] = [steady.start, steady.end].map((seconds) => plot.valToPos(seconds, 'x'));
  element.style.left = `${left}px`;
  element.style.width = `${Math.max(1, (right ?? 0) - (left ?? 0))}px`;
}
