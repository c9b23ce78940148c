// What the batch size does: energy, latency, throughput and power of one model and task.
import { useRef } from 'react';

import { columnsToLoad } from '../data/columns';
import { plural } from '../data/format';
import { useTaskRuns } from '../data/loading';
import type { Run } from '../data/runs';
import { type Task, taskNamed } from '../data/shell';
import { Failure, LoadingNote, Notices } from '../parts/states';
import { TaskTabs } from '../parts/TaskTabs';
import { UnknownTask } from '../parts/UnknownTask';
import type { ViewState } from '../state/parameters';
import { useViewState } from '../state/useViewState';
import type { ViewProps } from './contract';
import { SweepOfTask } from './sweep/SweepOfTask';

export function SweepView({ shell }: ViewProps) {
  const { state, notices, change } = useViewState('sweep', shell.columnNames);
  const task = taskNamed(shell, state.task) ?? (shell.tasks[0] as Task);
  const loading = useTaskRuns(task, state.stability, columnsToLoad(shell, task, Object.keys(state.filters)));
  // While another task is on its way, the former picture stays, with its own state.
  const picture = useRef<{ task: Task; state: ViewState; runs: readonly Run[] } | null>(null);
  if (loading.data && !loading.isLoading && !loading.error) picture.current = { task, state, runs: loading.data.runs };
  const shown = picture.current;
  return (
    <>
      <TaskTabs
        shell={shell}
        route="sweep"
        current={task}
        stability={state.stability}
        stateFor={() => ({ latency: state.latency, energy: state.energy, stability: state.stability, as: state.as })}
      />
      <Notices notices={notices} />
      <UnknownTask shell={shell} route="sweep" name={state.task} shown={task} />
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what={`${plural(task.runCount, 'run')} of ${task.displayName}`} />}
      {shown && (
        <div className="sweep-picture" data-loading={loading.isLoading}>
          <SweepOfTask shell={shell} task={shown.task} state={shown.state} runs={shown.runs} change={change} />
        </div>
      )}
      {!shown && <div className="sweep-picture" data-loading={loading.isLoading} />}
    </>
  );
}
