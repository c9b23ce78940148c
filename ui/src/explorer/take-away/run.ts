// Take-away of one run: its configuration and figures, and its timeline where the dataset has one.
import type { RunTable, Shell } from '../data/shell';
import { at } from './agreement';
import type { TakeAway, TakenRow } from './contract';
import { fileNameOf, graphQuery, operationName } from './document';
import { unitsOf } from './facts';

export interface RunFacts {
  shell: Shell;
  table: RunTable;
  /** The run, with the values on screen by field; those that are not columns of the dataset are left out. */
  run: { id: string; nickname: string };
  /** Metric of the timeline, such as `POWER_DEVICE_INSTANT`, with its unit; null without a timeline. */
  timeline: { metric: string; unit: string } | null;
  title: string;
  charts: TakeAway['charts'];
  chartTitles: TakeAway['chartTitles'];
}

const POINTS = 2000;

export function runTakeAway({ shell, table, run, timeline, title, charts, chartTitles }: RunFacts): TakeAway {
  const root = table === 'llm' ? 'llmRun' : 'diffusionRun';
  const columns = shell.dataset.columns.filter((column) => column.table === table).map(({ field }) => field);
  const fields = ['id', ...columns];
  const values = run as unknown as TakenRow;
  const fileName = fileNameOf('run', run.id, timeline?.metric);
  const summary = timeline
    ? `timeline(metric: ${timeline.metric}) { unit sampleCount mean min max energyJoules reportedEnergyJoules steadyState { start end } }`
    : '';
  const stability = table === 'llm' ? ', stability: ANY' : '';
  const digest = `${root}s(where: { id: { eq: $id } }${stability}, first: 0) { digest }`;
  const list = `${root}s(where: { id: { eq: $id } }${stability}, first: 1) { nodes { ${fields.join(' ')} } }`;
  const series = `${root}(id: $id) { timeline(metric: ${timeline?.metric}, window: FULL, maxPoints: ${POINTS}) { relativeTimeS value } }`;
  return {
    title,
    fileName,
    result: graphQuery(`query Run($id: ID!) { ${root}(id: $id) { ${fields.join(' ')} ${summary} } ${digest} }`, { id: run.id }),
    shown: [Object.fromEntries(fields.filter((field) => field in values).map((field) => [field, values[field]]))],
    answered: (data) => [at(data, root) as TakenRow],
    keys: ['id'],
    isOrdered: true,
    rows: graphQuery(`query ${operationName(fileName)}($id: ID!) { ${timeline ? series : list} }`, { id: run.id }),
    rowsNote: timeline ? `The timeline of the whole run, of at most ${POINTS} points.` : 'The configuration and figures of the run, in one row.',
    units: timeline ? { relativeTimeS: 's', value: timeline.unit } : unitsOf(shell, table, fields),
    charts,
    chartTitles,
  };
}
