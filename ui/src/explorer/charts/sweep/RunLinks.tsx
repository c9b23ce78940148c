// The runs of a panel as links over the drawing: pointer, touch, and one tab stop with the arrow keys.
import { type KeyboardEvent, type PointerEvent, useRef } from 'react';

import { counted, measured } from '../../data/format';
import { type TaskMeasures, valueOf } from '../../data/measures';
import { gpusOf, type Run } from '../../data/runs';
import type { SweepLine } from '../../data/sweep';
import { Link } from '../../parts/Link';
import { type Panel, pointOf } from './panels';
import type { Active } from './SweepCharts';

interface RunLinksProps {
  panel: Panel;
  index: number;
  measures: TaskMeasures;
  active: Active | null;
  setActive: (active: Active | null) => void;
}

/** A pointer this close to a run chooses it. */
const REACH = 22;

/**
 * The first panel has a link for every run, of which one is a tab stop. The others have a link under the pointer only:
 * assistive technology finds the runs once, each with all values.
 */
export function RunLinks({ panel, index, measures, active, setActive }: RunLinksProps) {
  const svg = useRef<SVGSVGElement>(null);
  const touched = useRef<{ wasPinned: boolean } | null>(null);
  const runs = panel.lines.flatMap((line) => line.runs);
  const isFirst = index === 0;
  const stop = active && runs.includes(active.run) ? active.run : runs[0];

  const choose = (event: PointerEvent<SVGSVGElement>) => {
    if (event.type === 'pointermove' && event.pointerType === 'touch') return;
    const box = event.currentTarget.getBoundingClientRect();
    const run = nearestRun(panel, runs, event.clientX - box.left, event.clientY - box.top);
    const isTouch = event.pointerType === 'touch';
    if (event.type === 'pointerdown') touched.current = isTouch ? { wasPinned: active?.isPinned === true && active.run === run } : null;
    if (run !== active?.run || active?.panel !== index) setActive(run ? { run, panel: index, isPinned: isTouch } : null);
  };
  const leave = (event: PointerEvent<SVGSVGElement>) => {
    if (event.pointerType !== 'touch' && !svg.current?.contains(document.activeElement)) setActive(null);
  };
  const move = (event: KeyboardEvent<SVGSVGElement>) => {
    const next = stop && neighbour(event.key, panel.lines, stop, (run) => valueOf(panel.batch, run));
    if (!next) return;
    event.preventDefault();
    svg.current?.querySelector<SVGAElement>(`a[data-run="${CSS.escape(next.id)}"]`)?.focus();
  };
  const linked = isFirst ? runs : runs.filter((run) => run === active?.run);
  return (
    <svg
      ref={svg}
      className="sweep-links"
      width={panel.width}
      height={panel.height}
      {...(isFirst ? { role: 'group', 'aria-label': `${panel.title}: ${counted(runs.length)} runs. The arrow keys move between them.` } : { 'aria-hidden': true })}
      onPointerMove={choose}
      onPointerDown={choose}
      onPointerLeave={leave}
      onKeyDown={isFirst ? move : undefined}
    >
      {linked.map((run) => {
        const point = pointOf(panel, run);
        if (!point) return null;
        return (
          <Link
            key={run.id}
            to="run"
            state={{ id: run.id }}
            data-run={run.id}
            tabIndex={isFirst && run === stop ? 0 : -1}
            aria-label={labelOf(run, measures)}
            onFocus={(event) => event.currentTarget.matches(':focus-visible') && setActive({ run, panel: index, isPinned: false })}
            onBlur={() => active?.isPinned || setActive(null)}
            onClick={(event) => {
              // The first touch shows the values, the second one opens the run.
              if (touched.current && !touched.current.wasPinned) event.preventDefault();
            }}
          >
            <circle cx={point.x} cy={point.y} r={run === active?.run ? REACH : 4} fill="transparent" />
          </Link>
        );
      })}
      <ActiveMark panel={panel} active={active} />
    </svg>
  );
}

/** The batch size and the mark of the active run, in every panel. */
function ActiveMark({ panel, active }: Pick<RunLinksProps, 'panel' | 'active'>) {
  const point = active && pointOf(panel, active.run);
  if (!point) return null;
  return (
    <g className="sweep-active" aria-hidden="true">
      <line x1={point.x} x2={point.x} y1={panel.margin.top} y2={panel.height - panel.margin.bottom} />
      <circle cx={point.x} cy={point.y} r={6} />
    </g>
  );
}

function labelOf(run: Run, { batch, energy, latency, throughput, power }: TaskMeasures): string {
  const values = [energy, latency, throughput, power].map((measure) => `${measure.shortName} ${measured(valueOf(measure, run))} ${measure.unit}`);
  return `Run on ${gpusOf(run)} at batch ${counted(valueOf(batch, run))}: ${values.join(', ')}`;
}

function nearestRun(panel: Panel, runs: readonly Run[], x: number, y: number): Run | null {
  let nearest: { run: Run; distance: number } | null = null;
  for (const run of runs) {
    const point = pointOf(panel, run);
    if (!point) continue;
    const distance = Math.hypot(point.x - x, point.y - y);
    if (distance <= REACH && (nearest === null || distance < nearest.distance)) nearest = { run, distance };
  }
  return nearest?.run ?? null;
}

/** The run that a key leads to: along the line, or to the next line at the nearest batch size. */
function neighbour(key: string, lines: readonly SweepLine[], run: Run, batchOf: (run: Run) => number): Run | undefined {
  const line = lines.findIndex(({ runs }) => runs.includes(run));
  const ofLine = lines[line]?.runs ?? [];
  const at = ofLine.indexOf(run);
  const nearestIn = (other: SweepLine | undefined) =>
    other?.line.reduce((best, each) => (Math.abs(Math.log(batchOf(each) / batchOf(run))) < Math.abs(Math.log(batchOf(best) / batchOf(run))) ? each : best));
  switch (key) {
    case 'ArrowRight':
      return ofLine[at + 1] ?? lines[line + 1]?.runs[0];
    case 'ArrowLeft':
      return ofLine[at - 1] ?? lines[line - 1]?.runs.at(-1);
    case 'ArrowDown':
      return nearestIn(lines[line + 1]);
    case 'ArrowUp':
      return nearestIn(lines[line - 1]);
    case 'Home':
      return lines[0]?.runs[0];
    case 'End':
      return lines.at(-1)?.runs.at(-1);
    default:
      return undefined;
  }
}
