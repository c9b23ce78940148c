// Filters of a view: GPU models as chips, other columns in a dialog.
import type { Run } from '../data/runs';
import type { Shell, Task } from '../data/shell';
import type { ViewState } from '../state/parameters';
import type { Change } from '../state/useViewState';

export interface FilterBarProps {
  shell: Shell;
  task: Task;
  /** All loaded runs of the task, before filters; the counts of values are those of these. */
  runs: readonly Run[];
  state: ViewState;
  change: (change: Change) => void;
}

export function FilterBar({ shell, runs }: FilterBarProps) {
  return <div className="filter-bar">{shell.gpus.map(({ model }) => `${model} ${runs.filter((run) => run.gpuModel === model).length} `)}</div>;
}
