// Columns beyond those that every view loads: which are missing, and their values by run.
import { request } from '../../graph/client';
import { TaskDiffusionDocument, TaskDocument } from '../../graph/generated';
import type { StabilityChoice } from '../state/parameters';
import { type Column, columnOf, type RunTable, type Shell, tableOf, type Task } from './shell';

type Values = Readonly<Record<string, unknown>>;

const LOADED: Readonly<Record<RunTable, ReadonlySet<string>>> = {
  llm: nodeFields(TaskDocument.toString()),
  diffusion: nodeFields(TaskDiffusionDocument.toString()),
};

/** The named columns of the task's table that the runs of a task come without. */
export function columnsToLoad(shell: Shell, task: Task, names: Iterable<string>): readonly Column[] {
  const table = tableOf(task);
  const columns = [...new Set(names)].map((name) => columnOf(shell, table, name));
  return columns.filter((column) => column !== undefined).filter(({ field }) => !LOADED[table].has(field));
}

/** Values of columns by the id of the run. */
export async function loadColumns(task: Task, stability: StabilityChoice, columns: readonly Column[], most: number): Promise<ReadonlyMap<string, Values>> {
  const values = new Map<string, Values>();
  const document = documentOf(task, columns);
  let after: string | null = null;
  for (;;) {
    const variables: Values = {
      task: task.name,
      ...(tableOf(task) === 'llm' ? { stability: stability.toUpperCase() } : {}),
      ...(after === null ? {} : { after }),
    };
    const { runs } = (await request<ColumnsAnswer, Values>(document, variables)).data;
    if (!runs) throw new Error('The response has no runs.');
    for (const { id, ...rest } of runs.nodes) values.set(id, rest);
    after = runs.pageInfo.endCursor;
    if (!runs.pageInfo.hasNextPage || values.size >= most) return values;
  }
}

interface ColumnsAnswer {
  runs: { pageInfo: { hasNextPage: boolean; endCursor: string | null }; nodes: readonly ({ id: string } & Values)[] } | null;
}

/** The fields are those of the dataset's columns, never text of the URL. The order is that of `Task`. */
function documentOf(task: Task, columns: readonly Column[]): string {
  const isLLM = tableOf(task) === 'llm';
  const batch = isLLM ? 'MAX_NUM_SEQS' : 'BATCH_SIZE';
  return `query TaskColumns($task: String!${isLLM ? ', $stability: MLEnergyStability!' : ''}, $after: String) {
  runs: ${isLLM ? 'llmRuns' : 'diffusionRuns'}(
    where: { task: { eq: $task } }
    ${isLLM ? 'stability: $stability' : ''}
    first: 2000
    after: $after
    orderBy: [{ field: MODEL_ID }, { field: GPU_MODEL }, { field: NUM_GPUS }, { field: ${batch} }]
  ) { pageInfo { hasNextPage endCursor } nodes { id ${columns.map(({ field }) => field).join(' ')} } }
}`;
}

/** Fields of the runs in a query of our own. */
function nodeFields(document: string): ReadonlySet<string> {
  const [, fields = ''] = /nodes\s*\{([^{}]*)\}/.exec(document) ?? [];
  return new Set(fields.match(/\w+/g));
}
