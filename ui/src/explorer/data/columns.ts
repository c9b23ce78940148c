// Runs with columns beyond those that every view loads, or selected and ordered by the server.
import { type Answer, request } from '../../graph/client';
import { TaskDiffusionDocument, TaskDocument } from '../../graph/generated';
import type { StabilityChoice } from '../state/parameters';
import type { Run, TaskRuns } from './runs';
import { type Column, columnOf, type RunTable, type Shell, tableOf, type Task } from './shell';

/** Arguments of the graph, built from the dataset's columns. */
export interface RunSelection {
  where: Readonly<Record<string, unknown>>;
  orderBy: readonly Readonly<Record<string, string>>[];
  /** Applies to language models only. */
  stability: StabilityChoice;
}

const LOADED: Readonly<Record<RunTable, readonly string[]>> = {
  llm: nodeFields(TaskDocument.toString()),
  diffusion: nodeFields(TaskDiffusionDocument.toString()),
};
const PAGE = 2_000;

/** The named columns of the task's table that the runs of a task come without. */
export function columnsToLoad(shell: Shell, task: Task, names: Iterable<string>): readonly Column[] {
  const table = tableOf(task);
  const columns = [...new Set(names)].map((name) => columnOf(shell, table, name));
  return columns.filter((column) => column !== undefined).filter(({ field }) => !LOADED[table].includes(field));
}

/** The default order of a task's runs, which is that of `Task`: model, GPU model, number of GPUs, batch size, id. */
export function defaultOrder(task: Task): RunSelection['orderBy'] {
  return ['MODEL_ID', 'GPU_MODEL', 'NUM_GPUS', tableOf(task) === 'llm' ? 'MAX_NUM_SEQS' : 'BATCH_SIZE'].map((field) => ({ field }));
}

/** Load the values of columns, by field name, of all runs of a task, by the id of the run. */
export async function loadColumns(
  task: Task,
  stability: StabilityChoice,
  columns: readonly Column[],
  most: number,
): Promise<ReadonlyMap<string, Run>> {
  const selection = { where: { task: { eq: task.name } }, orderBy: defaultOrder(task), stability };
  const fields = ['id', ...columns.map(({ field }) => field)];
  const { runs } = await loadFields(task, selection, fields, most);
  return new Map(runs.map((run) => [run.id, run]));
}

/** Load the runs of a selection with all fields that views have, and further columns. */
export function loadSelection(task: Task, selection: RunSelection, columns: readonly Column[], most: number): Promise<TaskRuns> {
  return loadFields(task, selection, [...LOADED[tableOf(task)], ...columns.map(({ field }) => field)], most);
}

interface RunsAnswer {
  runs: (TaskRuns & { nodes: readonly Run[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }) | null;
}

async function loadFields(task: Task, selection: RunSelection, fields: readonly string[], most: number): Promise<TaskRuns> {
  const isLLM = tableOf(task) === 'llm';
  const { where, orderBy } = selection;
  const stability = isLLM ? { stability: selection.stability.toUpperCase() } : {};
  const loaded: Run[] = [];
  let after: string | null = null;
  for (;;) {
    const variables: Record<string, unknown> = { where, orderBy, ...stability, ...(after === null ? {} : { after }) };
    const answer: Answer<RunsAnswer> = await request<RunsAnswer, typeof variables>(documentOf(isLLM, fields), variables);
    const { runs } = answer.data;
    if (!runs) throw new Error('The response has no runs.');
    loaded.push(...runs.nodes);
    after = runs.pageInfo.endCursor;
    if (!runs.pageInfo.hasNextPage || loaded.length >= most) return { runs: loaded, totalCount: runs.totalCount, digest: runs.digest };
  }
}

/** The fields are those of the dataset's columns, never text of the URL. */
function documentOf(isLLM: boolean, fields: readonly string[]): string {
  const table = isLLM ? 'LLMRun' : 'DiffusionRun';
  return `query ${table}Columns($where: ${table}Filter, $orderBy: [${table}Order!], $after: String${isLLM ? ', $stability: MLEnergyStability!' : ''}) {
  runs: ${isLLM ? 'llmRuns' : 'diffusionRuns'}(where: $where, orderBy: $orderBy, first: ${PAGE}, after: $after${isLLM ? ', stability: $stability' : ''}) {
    totalCount
    digest
    pageInfo { hasNextPage endCursor }
    nodes { ${fields.join(' ')} }
  }
}`;
}

/** Fields of the runs in a query of our own. */
function nodeFields(document: string): readonly string[] {
  const [, fields = ''] = /nodes\s*\{([^{}]*)\}/.exec(document) ?? [];
  return fields.match(/\w+/g) ?? [];
}
