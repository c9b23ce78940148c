// Hook that loads the pairs of the tasks that a state selects: the runs first, for deadline and GPU models, then the pairs.
import { useMemo } from 'react';

import { columnsToLoad } from '../../data/columns';
import { loadTask, useLoaded } from '../../data/loading';
import { choiceOf, type Group, loadGroup } from '../../data/pair-groups';
import type { PairsChoice, Sides } from '../../data/pairs';
import type { Run } from '../../data/runs';
import { type Shell, tableOf, type Task, taskNamed } from '../../data/shell';
import { sidesOf } from '../../data/sides';
import type { ViewState } from '../../state/parameters';

/** Value of the parameter `task` for all tasks of one kind. */
export const ALL = 'all';

export interface Groups {
  /** The selected task; null for all of one kind. */
  task: Task | null;
  /** What was requested for each task; empty until the runs are loaded. */
  choices: readonly PairsChoice[];
  /** Null until the runs are loaded, and for a dataset with runs on one GPU model. */
  sides: Sides | null;
  hasOneGpu: boolean;
  /** The loaded runs of a task. */
  runsOf: (task: Task) => readonly Run[];
  /** The latest answer; the former one while `isLoading`. */
  groups: readonly Group[] | null;
  isLoading: boolean;
  error: Error | null;
  retry: () => void;
}

export function useGroups(shell: Shell, state: ViewState): Groups {
  const [first] = shell.tasks;
  const task = state.task === ALL ? null : (taskNamed(shell, state.task) ?? (first as Task));
  const tasks = useMemo(() => (task === null ? tasksOfOneKind(shell) : [task]), [task, shell]);
  const { stability = 'stable' } = state;
  const filtered = Object.keys(state.filters).sort();
  const runs = useLoaded(JSON.stringify([tasks.map(({ name }) => name), stability, filtered]), async () => {
    const loaded = await Promise.all(tasks.map((each) => loadTask(each, stability, columnsToLoad(shell, each, filtered))));
    return new Map(tasks.map((each, index) => [each, loaded[index]?.runs ?? []]));
  });
  const loadedRuns = runs.isLoading || runs.error ? null : runs.data;
  const runsOf = (each: Task) => loadedRuns?.get(each) ?? [];
  const { baseline, candidate } = state;
  const sides = useMemo(
    () => loadedRuns && sidesOf({ baseline, candidate }, shell, [...loadedRuns.values()].flat()),
    [loadedRuns, shell, baseline, candidate],
  );
  const choices = sides ? tasks.map((each) => choiceOf(shell, each, state, runsOf(each), sides)) : [];
  const pairs = useLoaded(keyOf(choices), (signal) => Promise.all(choices.map((choice) => loadGroup(choice, runsOf(choice.task), signal))));
  return {
    task,
    choices,
    sides,
    hasOneGpu: loadedRuns !== null && sides === null,
    runsOf,
    groups: pairs.data,
    isLoading: runs.isLoading || pairs.isLoading,
    error: runs.error ?? pairs.error,
    retry: runs.error ? runs.retry : pairs.retry,
  };
}

/** Tasks whose runs have the measures of the dataset's first task; energies per token and per image have no common axis. */
export function tasksOfOneKind({ tasks }: Shell): readonly Task[] {
  return tasks.filter((task) => tasks[0] && tableOf(task) === tableOf(tasks[0]));
}

function keyOf(choices: readonly PairsChoice[]): string | null {
  if (choices.length === 0) return null;
  return JSON.stringify(
    choices.map(({ task, measures, filters, deadline, sides, stability }) => [
      task.name,
      measures.energy.field,
      measures.latency.field,
      filters,
      deadline,
      sides,
      stability,
    ]),
  );
}
