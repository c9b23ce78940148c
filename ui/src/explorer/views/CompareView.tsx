// Comparison of two to four models on a task, or of two to four runs.
import './compare/compare.css';
import './gpus/gpus.css';

import { type Task, taskNamed } from '../data/shell';
import { Notices } from '../parts/states';
import { TaskTabs } from '../parts/TaskTabs';
import { UnknownTask } from '../parts/UnknownTask';
import { useViewState } from '../state/useViewState';
import { ComparedModels } from './compare/ComparedModels';
import { ComparedRuns } from './compare/ComparedRuns';
import type { ViewProps } from './contract';

export function CompareView({ shell }: ViewProps) {
  const { state, notices, change } = useViewState('compare', shell.columnNames);
  const task = taskNamed(shell, state.task) ?? (shell.tasks[0] as Task);
  const { models, latency, energy, stability, as } = state;
  return (
    <>
      {state.runs === undefined && (
        <TaskTabs shell={shell} route="compare" current={task} stateFor={() => ({ models, latency, energy, stability, as })} stability={stability} />
      )}
      <Notices notices={notices} />
      <UnknownTask shell={shell} route="compare" name={state.task} shown={task} />
      {state.runs === undefined ? (
        <ComparedModels shell={shell} task={task} state={state} change={change} />
      ) : (
        <ComparedRuns shell={shell} ids={state.runs} change={change} />
      )}
    </>
  );
}
