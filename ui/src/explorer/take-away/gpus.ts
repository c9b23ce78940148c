// Take-away of matched pairs of GPU models.
import type { Measure, TaskMeasures } from '../data/measures';
import { type RunTable, type Shell, tableOf, type Task } from '../data/shell';
import type { ViewState } from '../state/parameters';
import { flattened, rowsAt } from './agreement';
import type { TakeAway, TakenRow } from './contract';
import { fileNameOf, graphQuery, operationName } from './document';
import { namesOf, stabilityArgument, unitsOf } from './facts';
import { selectedWhere, type Where } from './where';

export interface GpusFacts {
  shell: Shell;
  /** The tasks on screen with their deadlines, all of one table. */
  tasks: readonly [PairedTask, ...PairedTask[]];
  measures: TaskMeasures;
  state: ViewState;
  baseline: string;
  candidate: string;
  title: string;
  charts: TakeAway['charts'];
  chartTitles?: TakeAway['chartTitles'];
  /** The pairs on screen: runs by side, with unrounded values. */
  shown: readonly { baseline: object; candidate: object }[];
}

interface PairedTask {
  task: Task;
  deadline: number | null;
}

/** Columns in which the two runs of a pair are equal. */
export const MATCHED: Record<RunTable, readonly string[]> = {
  llm: ['TASK', 'NICKNAME', 'WEIGHT_PRECISION'],
  diffusion: ['TASK', 'NICKNAME', 'WEIGHT_PRECISION', 'HEIGHT', 'WIDTH', 'NUM_FRAMES', 'INFERENCE_STEPS'],
};

export function gpusTakeAway({ shell, tasks, measures, state, baseline, candidate, title, charts, chartTitles, shown }: GpusFacts): TakeAway {
  const [{ task }] = tasks;
  const table = tableOf(task);
  const { latency, energy, batch } = measures;
  const { runs, filter } = namesOf(task);
  const fields = ['id', 'task', 'nickname', 'weightPrecision', 'gpuModel', 'numGpus', batch.field, energy.field, latency.field];
  const sides = `baseline { ${fields.join(' ')} } candidate { ${fields.join(' ')} }`;
  const compared = [energy, latency].map(({ enumValue }) => enumValue).join(', ');
  const pairs = `pairs(match: [${MATCHED[table].join(', ')}], differ: GPU_MODEL, baseline: $baseline, candidate: $candidate, pick: { by: ${energy.enumValue} }, compare: [${compared}])`;
  const selected = `${runs}(first: 0, where: $where${stabilityArgument(task, state)})`;
  const declared = `$where: ${filter}!, $baseline: String!, $candidate: String!`;
  const variables = { where: whereOfTasks(shell, tasks, state, latency), baseline, candidate };
  const fileName = fileNameOf(tasks.length === 1 ? task.name : 'all tasks', candidate, 'vs', baseline);
  const taken = ['baseline', 'candidate'].flatMap((side) => fields.map((field) => `${side}.${field}`));
  return {
    title,
    fileName,
    result: graphQuery(
      `query GpuPairs(${declared}) {
        ${selected} {
          totalCount digest
          ${pairs} {
            count unmatched
            summary { metric decreased unchanged increased min median max }
            pairs { ${sides} changes { metric relativeChange } }
          }
        }
      }`,
      variables,
    ),
    shown: shown.map((pair) => chosen(flattened({ baseline: pair.baseline, candidate: pair.candidate }), taken)),
    answered: (data) => rowsAt(data, `${runs}.pairs.pairs`),
    keys: ['baseline.id', 'candidate.id'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}(${declared}) { ${selected} { ${pairs} { pairs { ${sides} } } } }`, variables),
    rowsNote: 'One row per pair, ordered by task and model.',
    units: sidesOf(unitsOf(shell, table, fields)),
    charts,
    chartTitles,
  };
}

/** One condition per task where their deadlines differ. */
function whereOfTasks(shell: Shell, tasks: GpusFacts['tasks'], { filters }: ViewState, latency: Measure): Where {
  const [first, ...others] = tasks;
  const conditions = tasks.map(({ task, deadline }) => selectedWhere(shell, task, { filters, deadline, latency }));
  if (others.length === 0) return conditions[0] as Where;
  if (others.some(({ deadline }) => deadline !== first.deadline)) return { or: conditions };
  return { ...conditions[0], task: { in: tasks.map(({ task }) => task.name) } };
}

function chosen(row: TakenRow, fields: readonly string[]): TakenRow {
  return Object.fromEntries(fields.filter((field) => field in row).map((field) => [field, row[field]]));
}

function sidesOf(units: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(['baseline', 'candidate'].flatMap((side) => Object.entries(units).map(([field, unit]) => [`${side}.${field}`, unit])));
}
