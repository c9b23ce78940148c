// Loading of data for views: the latest answer stays while the next one is on its way.
import { useCallback, useEffect, useRef, useState } from 'react';

import { request } from '../../graph/client';
import { ShellDocument, TaskDiffusionDocument, TaskDocument, type MLEnergyStability } from '../../graph/generated';
import type { StabilityChoice } from '../state/parameters';
import { loadColumns } from './columns';
import type { Run, TaskRuns } from './runs';
import { type Column, type Shell, shellOf, tableOf, type Task } from './shell';

export interface Loading<Data> {
  /** The latest data; that of the former key while `isLoading`. */
  data: Data | null;
  /** Key that `data` belongs to. */
  dataKey: string | null;
  isLoading: boolean;
  error: Error | null;
  retry: () => void;
}

/**
 * Load data under a key, again whenever the key changes.
 * @param key What the data depend on; null to load nothing.
 */
export function useLoaded<Data>(key: string | null, load: (signal: AbortSignal) => Promise<Data>): Loading<Data> {
  const [attempt, setAttempt] = useState(0);
  const [result, setResult] = useState<{ key: string; data: Data } | null>(null);
  const [failure, setFailure] = useState<{ key: string; error: Error } | null>(null);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    latest.current(controller.signal).then(
      (data) => {
        if (controller.signal.aborted) return;
        setResult({ key, data });
        setFailure(null);
      },
      (error: unknown) => {
        if (!controller.signal.aborted) setFailure({ key, error: error instanceof Error ? error : new Error(String(error)) });
      },
    );
    return () => controller.abort();
  }, [key, attempt]);
  const retry = useCallback(() => {
    setFailure(null);
    setAttempt((count) => count + 1);
  }, []);
  const error = failure !== null && failure.key === key ? failure.error : null;
  return {
    data: result?.data ?? null,
    dataKey: result?.key ?? null,
    isLoading: key !== null && result?.key !== key && error === null,
    error,
    retry,
  };
}

export function useShell(): Loading<Shell> {
  return useLoaded('shell', async (signal) => shellOf((await request(ShellDocument, {}, { signal })).data));
}

/**
 * Runs of a task; `stability` applies to language models only.
 * @param columns Columns to load besides those that every view has, as `columnsToLoad` names them.
 */
export function useTaskRuns(task: Task | undefined, stability: StabilityChoice = 'stable', columns: readonly Column[] = []): Loading<TaskRuns> {
  const key = task ? `${task.name} ${partOf(task, stability, columns)}` : null;
  return useLoaded(key, () => loadTask(task as Task, stability, columns));
}

/** More runs than this are not loaded into the page; it then says so. */
export const MOST_RUNS = 10_000;

const loaded = new WeakMap<Task, Map<string, Promise<TaskRuns>>>();

/** Load the runs of a task once; also called when a task's tab is pointed at. */
export function loadTask(task: Task, stability: StabilityChoice, columns: readonly Column[] = []): Promise<TaskRuns> {
  const ofTask = loaded.get(task) ?? new Map<string, Promise<TaskRuns>>();
  loaded.set(task, ofTask);
  const part = partOf(task, stability, columns);
  const known = ofTask.get(part);
  if (known) return known;
  const promise = columns.length === 0 ? loadPages(task, stability) : loadWith(task, stability, columns);
  ofTask.set(part, promise);
  promise.catch(() => ofTask.delete(part)); // so that a later attempt sends a request again
  return promise;
}

function partOf(task: Task, stability: StabilityChoice, columns: readonly Column[]): string {
  return [tableOf(task) === 'llm' ? stability : '', ...columns.map(({ field }) => field).sort()].join(' ');
}

async function loadWith(task: Task, stability: StabilityChoice, columns: readonly Column[]): Promise<TaskRuns> {
  const [{ runs, ...rest }, values] = await Promise.all([loadTask(task, stability), loadColumns(task, stability, columns, MOST_RUNS)]);
  return { ...rest, runs: runs.map((run) => ({ ...run, ...values.get(run.id) })) };
}

async function loadPages(task: Task, stability: StabilityChoice): Promise<TaskRuns> {
  const runs: Run[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await loadPage(task, stability, after);
    runs.push(...page.nodes);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage || runs.length >= MOST_RUNS) return { runs, totalCount: page.totalCount, digest: page.digest };
  }
}

async function loadPage(task: Task, stability: StabilityChoice, after: string | null) {
  const common = { task: task.name, ...(after === null ? {} : { after }) };
  const page =
    tableOf(task) === 'llm'
      ? (await request(TaskDocument, { ...common, stability: stability.toUpperCase() as MLEnergyStability })).data.llmRuns
      : (await request(TaskDiffusionDocument, common)).data.diffusionRuns;
  if (!page) throw new Error('The response has no runs.');
  return page;
}
