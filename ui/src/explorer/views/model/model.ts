// One model as the graph returns it: its facts, and its runs by task and GPU model.
import { request } from '../../../graph/client';
import { ModelDocument, type ModelQuery, ModelsNearDocument, type ModelsNearQuery } from '../../../graph/generated';
import type { Run } from '../../data/runs';
import type { Shell, Task } from '../../data/shell';

export type Model = NonNullable<ModelQuery['model']>;
export type NearModel = NonNullable<ModelsNearQuery['models']>['nodes'][number];

/** A model, or the names near to an id that the dataset does not have. */
export type FoundModel = { model: Model; near: readonly NearModel[] } | { model: null; near: readonly NearModel[] };

export async function loadModel(id: string, signal: AbortSignal): Promise<FoundModel> {
  const { model } = (await request(ModelDocument, { id }, { signal })).data;
  if (model && model.runsByGpu.length > 0) return { model, near: [] };
  const { models } = (await request(ModelsNearDocument, { text: id }, { signal })).data;
  return { model: null, near: models?.nodes ?? [] };
}

export interface GpuRuns {
  gpuModel: string;
  tdpWatts: number | null;
  runs: readonly Run[];
}

/** Runs of a task by GPU model; GPU models without a run of the task are left out. */
export function runsByGpu(model: Model, task: Task): readonly GpuRuns[] {
  const groups = model.runsByGpu.map(({ gpu, llmRuns, diffusionRuns }) => ({
    gpuModel: gpu.model,
    tdpWatts: gpu.tdpWatts,
    runs: [...llmRuns.nodes, ...diffusionRuns.nodes].filter((run) => run.task === task.name),
  }));
  return groups.filter(({ runs }) => runs.length > 0);
}

/** Tasks of the model in the order of the dataset, with the number of its runs. */
export function tasksOf(model: Model, shell: Shell): readonly { task: Task; runCount: number }[] {
  const names = new Set(model.tasks.map(({ name }) => name));
  return shell.tasks
    .filter(({ name }) => names.has(name))
    .map((task) => ({ task, runCount: runsByGpu(model, task).reduce((sum, { runs }) => sum + runs.length, 0) }));
}

/** Why a run is not stable; null for a stable one. Diffusion runs have no stability. */
export function instabilityOf(run: Run): string | null {
  return 'isStable' in run && run.isStable === false ? run.unstableReason || 'no reason given' : null;
}
