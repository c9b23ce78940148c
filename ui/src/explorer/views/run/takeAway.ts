// What is taken away from the page of a run: its figures, its timeline where it is on screen, and the charts.
import { METRICS, type MetricName } from '../../charts/power/metrics';
import type { TaskMeasures } from '../../data/measures';
import type { Shell } from '../../data/shell';
import type { DrawnChart, TakeAway } from '../../take-away/contract';
import { type RunFacts, tableOfRun } from './loadRun';
import { headlineOf } from './texts';

interface TakenRun {
  shell: Shell;
  run: RunFacts;
  measures: TaskMeasures;
  metric: MetricName;
  hasTimeline: boolean;
}

export async function takeAwayOf({ shell, run, measures, metric, hasTimeline }: TakenRun): Promise<TakeAway> {
  const { runTakeAway } = await import('../../take-away/run');
  return runTakeAway({
    ...{ shell, run, table: tableOfRun(run), title: headlineOf(run, measures) },
    timeline: hasTimeline ? { metric: metric.toUpperCase(), unit: METRICS[metric].unit } : null,
    charts: drawnCharts,
    chartTitles: () => drawnCharts().map(titleOf),
  });
}

/** The curves, which are pixels; without them, the charts beside and below. */
function drawnCharts(): readonly DrawnChart[] {
  const curves = document.querySelectorAll<HTMLCanvasElement>('.power-panels canvas');
  return curves.length > 0 ? [...curves] : [...document.querySelectorAll<SVGSVGElement>('.run-columns .plot-frame > svg')];
}

/** The page has the titles outside of the drawings: above a panel, or as the heading of the section. */
function titleOf(chart: DrawnChart): string {
  let before = chart.closest('.power-panels > *')?.previousElementSibling ?? null;
  while (before !== null && !before.matches('.power-title')) before = before.previousElementSibling;
  const title = (before ?? chart.closest('section')?.querySelector('h2'))?.cloneNode(true);
  if (!(title instanceof Element)) return '';
  title.querySelector('.power-readout')?.remove(); // the value at the cursor
  const text = (title.textContent ?? '').trim();
  return before === null ? text : `${text} over the time from the start of the recording (s)`;
}
