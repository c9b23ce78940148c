// Loading of a run of either table: its facts, all its columns, and its siblings.
import { request } from '../../../graph/client';
import { RunDiffusionSiblingsDocument, type RunDiffusionSiblingsQuery, RunDocument, type RunQuery, RunSiblingsDocument, type RunSiblingsQuery } from '../../../graph/generated';
import type { RunTable, Shell } from '../../data/shell';

export type RunFacts = NonNullable<RunQuery['run']>;
type LLMSibling = NonNullable<RunSiblingsQuery['llmRuns']>['nodes'][number];
type DiffusionSibling = NonNullable<RunDiffusionSiblingsQuery['diffusionRuns']>['nodes'][number];
export type Sibling = LLMSibling | DiffusionSibling;

export interface LoadedRun {
  run: RunFacts;
  /** Digest of the selection of this run alone. */
  digest: string | null;
}

/** Load the facts of a run; null if the dataset does not have it. */
export async function loadRun(id: string, signal: AbortSignal): Promise<LoadedRun | null> {
  const { run, llmRuns, diffusionRuns } = (await request(RunDocument, { id }, { signal })).data;
  if (run === null) return null;
  return { run, digest: (tableOfRun(run) === 'llm' ? llmRuns : diffusionRuns)?.digest ?? null };
}

export function tableOfRun({ __typename }: Pick<RunFacts, '__typename'>): RunTable {
  return __typename === 'LLMRun' ? 'llm' : 'diffusion';
}

/** Value of each column of a run's table, by the name of its field. */
export type ColumnValues = Readonly<Record<string, unknown>>;

/** Load all columns of a run: those that the dataset lists, so that a new column needs no change here. */
export async function loadColumns(shell: Shell, { id, __typename }: RunFacts, signal: AbortSignal): Promise<ColumnValues> {
  const fields = columnsOf(shell, tableOfRun({ __typename })).map(({ field }) => field);
  const document = `query RunColumns($id: ID!) { run(id: $id) { ... on ${__typename} { ${fields.join(' ')} } } }`;
  const { run } = (await request<{ run: ColumnValues | null }, { id: string }>(document, { id }, { signal })).data;
  if (run === null) throw new Error(`The response has no columns of the run ${id}.`);
  return run;
}

export function columnsOf({ dataset }: Shell, table: RunTable) {
  return dataset.columns.filter((column) => column.table === table);
}

/** Load the runs with the same model, task, GPU model and number of GPUs, stable or not, this run included. */
export async function loadSiblings(run: RunFacts, signal: AbortSignal): Promise<readonly Sibling[]> {
  const { task, modelId, gpuModel, numGpus } = run;
  const variables = { task, modelId, gpuModel, numGpus };
  const page =
    tableOfRun(run) === 'llm'
      ? (await request(RunSiblingsDocument, variables, { signal })).data.llmRuns
      : (await request(RunDiffusionSiblingsDocument, variables, { signal })).data.diffusionRuns;
  if (!page) throw new Error('The response has no siblings of the run.');
  return page.nodes;
}
