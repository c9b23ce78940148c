// Columns without a value, in a task or in the whole dataset.
import { request } from '../../graph/client';
import { type Column, type Shell, tableOf, type Task } from './shell';

export interface EmptyColumns {
  /** Names of the columns that no run of the task has a value in. */
  inTask: ReadonlySet<string>;
  /** Those of them that no run of the dataset has a value in. */
  inDataset: ReadonlySet<string>;
}

/** Columns in a request; the graph admits 100 aliases, of which a column takes two. */
const PER_REQUEST = 40;

/** Ask which columns have no value, among runs of any stability. Columns that are never null have values. */
export async function loadEmptyColumns(shell: Shell, task: Task, signal: AbortSignal): Promise<EmptyColumns> {
  const columns = shell.dataset.columns.filter(({ table, nullable }) => table === tableOf(task) && nullable);
  const inTask = new Set<string>();
  const inDataset = new Set<string>();
  for (let start = 0; start < columns.length; start += PER_REQUEST) {
    const part = columns.slice(start, start + PER_REQUEST);
    const { data } = await request<Counts, { task: string }>(documentOf(task, part), { task: task.name }, { signal });
    for (const { name, field } of part) {
      if (data[`task_${field}`]?.totalCount === 0) inTask.add(name);
      if (data[`all_${field}`]?.totalCount === 0) inDataset.add(name);
    }
  }
  return { inTask, inDataset };
}

type Counts = Readonly<Record<string, { totalCount: number } | null>>;

function documentOf(task: Task, columns: readonly Column[]): string {
  const [runs, stability] = tableOf(task) === 'llm' ? ['llmRuns', ' stability: ANY,'] : ['diffusionRuns', ''];
  const counts = columns.map(
    ({ field }) => `
    task_${field}: ${runs}(first: 0,${stability} where: { task: { eq: $task }, ${field}: { isNull: false } }) { totalCount }
    all_${field}: ${runs}(first: 0,${stability} where: { ${field}: { isNull: false } }) { totalCount }`,
  );
  return `query EmptyColumns($task: String!) {${counts.join('')}}`;
}
