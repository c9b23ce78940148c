// Runs of a task, as the graph returns them: unrounded values by field name.
import type { TaskDiffusionQuery, TaskQuery } from '../../graph/generated';

export type LLMRun = NonNullable<TaskQuery['llmRuns']>['nodes'][number];
export type DiffusionRun = NonNullable<TaskDiffusionQuery['diffusionRuns']>['nodes'][number];
export type Run = LLMRun | DiffusionRun;

/** Runs of a task that are loaded. */
export interface TaskRuns {
  runs: readonly Run[];
  /** Number of runs that the dataset has; more than `runs` where the task is too large to be loaded whole. */
  totalCount: number;
  /** Digest of the answer, by which it can be cited. */
  digest: string;
}

/** Value of a field of a run; undefined for a field that is not loaded. */
export function fieldOf(run: Run, field: string): unknown {
  return (run as Readonly<Record<string, unknown>>)[field];
}

/** Number in a field of a run, or NaN. */
export function numberOf(run: Run, field: string): number {
  const value = fieldOf(run, field);
  return typeof value === 'number' ? value : NaN;
}

/** GPUs of a run, such as `1×B200`. */
export function gpusOf({ numGpus, gpuModel }: Pick<Run, 'numGpus' | 'gpuModel'>): string {
  return `${numGpus}×${gpuModel}`;
}

/** Smaller ids first; the order of code points, as on the server. */
export function byId(one: { id: string }, other: { id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
