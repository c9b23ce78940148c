// What the first view shows of a task's runs: the figures of its text, table and plane.
import { deadlineOf } from '../../data/deadline';
import type { TaskMeasures } from '../../data/measures';
import { bestPerModel, frontierOf, frontierPerModel, type Ranked, within } from '../../data/ranking';
import type { Run } from '../../data/runs';
import type { Task } from '../../data/shell';

export interface Explored {
  task: Task;
  measures: TaskMeasures;
  /** Runs after all filters but the deadline. */
  runs: readonly Run[];
  /** In the unit of the latency; null for none. */
  deadline: number | null;
  /** Runs within the deadline. */
  meeting: readonly Run[];
  /** Best run of each model within the deadline. */
  ranked: readonly Ranked[];
  /** Number of models in `runs`. */
  modelCount: number;
}

export function exploredOf(task: Task, measures: TaskMeasures, runs: readonly Run[], chosen: number | 'none' | undefined): Explored {
  const deadline = deadlineOf(chosen, task, runs, measures.latency);
  const meeting = within(runs, measures.latency, deadline);
  const ranked = bestPerModel(meeting, measures.energy);
  return { task, measures, runs, deadline, meeting, ranked, modelCount: new Set(runs.map(({ modelId }) => modelId)).size };
}

/**
 * The frontiers of all runs: they do not change with the deadline, since the part of a frontier within a deadline is
 * the frontier of the runs within it.
 */
export function frontiersOf(runs: readonly Run[], measures: TaskMeasures, isPerModel: boolean): readonly (readonly Run[])[] {
  return isPerModel ? frontierPerModel(runs, measures, bestPerModel(runs, measures.energy)) : [frontierOf(runs, measures)];
}
