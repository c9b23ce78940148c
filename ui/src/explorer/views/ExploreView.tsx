// The first view: the best run of each model within a deadline, beside the time–energy plane.
import { useMemo } from 'react';

import { deadlineOf, deadlineText } from '../data/deadline';
import { counted, measured, plural, ratio } from '../data/format';
import { useTaskRuns } from '../data/loading';
import { type Measure, measuresOf, type TaskMeasures, valueOf } from '../data/measures';
import { bestPerModel, filtered, type Ranked, within } from '../data/ranking';
import { gpusOf } from '../data/runs';
import { type Shell, tableOf, type Task, taskNamed } from '../data/shell';
import { GpuMarkIcon } from '../parts/GpuMarkIcon';
import { Headline } from '../parts/Headline';
import { Link } from '../parts/Link';
import { Failure, LoadingNote, Notices } from '../parts/states';
import { TaskTabs } from '../parts/TaskTabs';
import { useViewState } from '../state/useViewState';
import type { ViewProps } from './contract';

export function ExploreView({ shell }: ViewProps) {
  const { state, notices } = useViewState('explore', shell.columnNames);
  const task = taskNamed(shell, state.task) ?? (shell.tasks[0] as Task);
  const measures = measuresOf(task, state);
  const loading = useTaskRuns(task, state.stability);
  const runs = useMemo(
    () => filtered(loading.data?.runs ?? [], state.filters, shell, tableOf(task)),
    [loading.data, state.filters, shell, task],
  );
  const deadline = deadlineOf(state.deadline, task, runs, measures.latency);
  const meeting = within(runs, measures.latency, deadline);
  const ranked = bestPerModel(meeting, measures.energy);
  const [first] = ranked;
  return (
    <>
      <TaskTabs shell={shell} route="explore" current={task} />
      <Notices notices={notices} />
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what={`${plural(task.runCount, 'run')} of ${task.displayName}`} />}
      {first && (
        <>
          <Headline>{headline(first, deadline, measures)}</Headline>
          <p className="muted">
            {counted(meeting.length)} of {plural(runs.length, 'run')} meet the deadline.
          </p>
          <RankedTable shell={shell} ranked={ranked} measures={measures} />
        </>
      )}
    </>
  );
}

function headline({ run }: Ranked, deadline: number | null, { latency, energy, batch }: TaskMeasures): string {
  const condition = deadline === null ? 'Without a deadline' : `Within ${deadlineText(deadline, latency)} per token`;
  const [unit, per] = energy.unit.split('/');
  return `${condition}, ${run.nickname} uses the least energy: ${measured(valueOf(energy, run))} ${unit} per ${per} on ${gpusOf(run)} at batch ${counted(valueOf(batch, run))}.`;
}

function RankedTable({ shell, ranked, measures: { latency, energy, batch } }: { shell: Shell; ranked: readonly Ranked[]; measures: TaskMeasures }) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">#</th>
          <th scope="col">Model</th>
          <th scope="col">GPUs</th>
          {[batch, latency, energy].map((measure: Measure) => (
            <th key={measure.field} scope="col" className="number">
              {measure.shortName} <span className="unit">{measure.unit}</span>
            </th>
          ))}
          <th scope="col" className="number">
            vs. #1
          </th>
          <th scope="col">
            <span className="visually-hidden">Run</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {ranked.map(({ rank, run, multiple }) => (
          <tr key={run.id}>
            <td>{rank}</td>
            <td>
              <Link to="model" state={{ id: run.modelId }}>
                {run.nickname}
              </Link>
            </td>
            <td>
              <GpuMarkIcon shell={shell} gpuModel={run.gpuModel} /> {gpusOf(run)}
            </td>
            <td className="number">{counted(valueOf(batch, run))}</td>
            <td className="number">{measured(valueOf(latency, run))}</td>
            <td className="number strong">{measured(valueOf(energy, run))}</td>
            <td className="number muted">{ratio(multiple)}</td>
            <td>
              <Link to="run" state={{ id: run.id }} aria-label={`Run of ${run.nickname}`}>
                Run
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
