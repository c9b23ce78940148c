// What the builders of take-aways share: the facts of a view, and its fields.
import { deadlineText } from '../data/deadline';
import { type Measure, measuresOf, type TaskMeasures } from '../data/measures';
import type { Run } from '../data/runs';
import { type RunTable, type Shell, tableOf, type Task } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { TakeAway, TakenRow } from './contract';
import { fileNameOf } from './document';

export interface TaskFacts {
  shell: Shell;
  task: Task;
  state: ViewState;
  /** The headline of the view. */
  title: string;
  charts: TakeAway['charts'];
}

/** Names of the graph for the runs of a table. */
interface TableNames {
  runs: 'llmRuns' | 'diffusionRuns';
  filter: 'LLMRunFilter' | 'DiffusionRunFilter';
  run: 'llmRun' | 'diffusionRun';
}

const NAMES: Record<RunTable, TableNames> = {
  llm: { runs: 'llmRuns', filter: 'LLMRunFilter', run: 'llmRun' },
  diffusion: { runs: 'diffusionRuns', filter: 'DiffusionRunFilter', run: 'diffusionRun' },
};

export function namesOf(task: Task): TableNames {
  return namesOfTable(tableOf(task));
}

export function namesOfTable(table: RunTable): TableNames {
  return NAMES[table];
}

/** Argument `stability`, which only language models have: with a comma in front, or nothing. */
export function stabilityArgument(task: Task, { stability = 'stable' }: ViewState): string {
  return tableOf(task) === 'llm' ? `, stability: ${stability.toUpperCase()}` : '';
}

/** Fields that identify and describe a run in a table of runs. */
export function describingFields(task: Task): readonly string[] {
  const common = ['id', 'modelId', 'nickname', 'gpuModel', 'numGpus'];
  return tableOf(task) === 'llm' ? common : [...common, 'parallelism', 'height', 'width', 'inferenceSteps', 'numFrames'];
}

/** Fields of a run with its batch size, latency and energy, in the order of the columns on screen. */
export function rankedFields(task: Task, { batch, latency, energy }: TaskMeasures): readonly string[] {
  return [...describingFields(task), ...[batch, latency, energy].map(({ field }) => field)];
}

export function measuresIn({ task, state }: Pick<TaskFacts, 'task' | 'state'>): TaskMeasures {
  return measuresOf(task, state);
}

/** Values of a run in some fields. */
export function takenRow(run: Run, fields: readonly string[]): TakenRow {
  const values = run as unknown as TakenRow;
  return Object.fromEntries(fields.map((field) => [field, values[field]]));
}

/** Units of fields, from the dataset's columns; a field that is computed from others has none there. */
export function unitsOf(shell: Shell, table: RunTable, fields: readonly string[]): Record<string, string> {
  const units = fields.map((field) => {
    const column = shell.dataset.columns.find((each) => each.table === table && each.field === field);
    return [field, column?.unit ?? COMPUTED_UNITS[field]] as const;
  });
  return Object.fromEntries(units.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

const COMPUTED_UNITS: Readonly<Record<string, string>> = {
  powerUtilization: 'share of the TDP of all GPUs',
  tokensPerSecondPerWatt: 'token/s/W',
};

/** Words of a file's name that state a deadline. */
export function deadlineWords(deadline: number | null, latency: Measure): string {
  return deadline === null ? 'no deadline' : `within ${deadlineText(deadline, latency)}`;
}

/** Name of the files of a task's runs, such as `gpqa-within-50-ms`. */
export function taskFileName(task: Task, ...words: readonly (string | null | undefined)[]): string {
  return fileNameOf(task.name, ...words);
}
