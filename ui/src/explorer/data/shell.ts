// What every view needs of the dataset: its provenance, columns, tasks and GPU models.
import type { ShellQuery } from '../../graph/generated';

type Loaded = { [Field in keyof ShellQuery]: NonNullable<ShellQuery[Field]> };
export type Dataset = Loaded['dataset'];
export type Column = Dataset['columns'][number];
export type Task = Loaded['tasks'][number];
export type Gpu = Loaded['gpus'][number];
export type RunTable = 'llm' | 'diffusion';

export interface Shell {
  dataset: Dataset;
  tasks: readonly Task[];
  gpus: readonly Gpu[];
  /** Names of the columns of both tables. */
  columnNames: ReadonlySet<string>;
}

export function shellOf({ dataset, tasks, gpus }: ShellQuery): Shell {
  if (!dataset || !tasks || !gpus) throw new Error('The response lacks the dataset, its tasks or its GPU models.');
  return { dataset, tasks, gpus, columnNames: new Set(dataset.columns.map(({ name }) => name)) };
}

/** Table that has the runs of a task. */
export function tableOf(task: Task): RunTable {
  return task.kind === 'DIFFUSION' ? 'diffusion' : 'llm';
}

/** Column of a table by its name in the dataset, such as `median_itl_ms`. */
export function columnOf(shell: Shell, table: RunTable, name: string): Column | undefined {
  return shell.dataset.columns.find((column) => column.table === table && column.name === name);
}

export function taskNamed(shell: Shell, name: string | undefined): Task | undefined {
  return shell.tasks.find((task) => task.name === name);
}
