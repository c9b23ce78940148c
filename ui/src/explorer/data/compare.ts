// Data of the comparison: names of models, and runs with all columns of the dataset.
import { request } from '../../graph/client';
import { ComparedModelsDocument, type ComparedModelsQuery } from '../../graph/generated';
import type { Run } from './runs';
import type { RunTable, Shell } from './shell';

export const MOST_COMPARED = 4;
export type ComparedModel = NonNullable<ComparedModelsQuery['models']>['nodes'][number];

/** The models with these ids, in their order; undefined for an id that the dataset does not have. */
export async function loadModels(ids: readonly string[], signal: AbortSignal): Promise<readonly (ComparedModel | undefined)[]> {
  const { data } = await request(ComparedModelsDocument, { ids }, { signal });
  return ids.map((id) => data.models?.nodes.find(({ modelId }) => modelId === id));
}

export interface ComparedRun {
  table: RunTable;
  run: Run;
}

/** Query of runs with every column, unstable ones included. */
export function runsQuery({ dataset }: Shell): string {
  const fields = (table: RunTable) => ['id', ...dataset.columns.filter((column) => column.table === table).map(({ field }) => field)];
  const nodes = (table: RunTable) => `nodes { ${[...new Set(fields(table))].join(' ')} }`;
  return `query ComparedRuns($ids: [ID!]!) { llmRuns(where: { id: { in: $ids } }, stability: ANY, first: 4) { ${nodes('llm')} } diffusionRuns(where: { id: { in: $ids } }, first: 4) { ${nodes('diffusion')} } }`;
}

type RunsAnswer = Record<'llmRuns' | 'diffusionRuns', { nodes: readonly Run[] } | null>;

/** The runs with these ids, in their order; undefined for an id that the dataset does not have. */
export async function loadRuns(shell: Shell, ids: readonly string[], signal: AbortSignal): Promise<readonly (ComparedRun | undefined)[]> {
  const { data } = await request<RunsAnswer, { ids: readonly string[] }>(runsQuery(shell), { ids }, { signal });
  const found: ComparedRun[] = [
    ...(data.llmRuns?.nodes ?? []).map((run) => ({ table: 'llm' as const, run })),
    ...(data.diffusionRuns?.nodes ?? []).map((run) => ({ table: 'diffusion' as const, run })),
  ];
  return ids.map((id) => found.find(({ run }) => run.id === id));
}
