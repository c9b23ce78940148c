// One model: its facts, its tasks, the batch size sweep of a task, and its runs by GPU model.
import './model/model.css';

import { useMemo, useRef } from 'react';

import { useLoaded } from '../data/loading';
import { measuresOf } from '../data/measures';
import { type Shell, tableOf } from '../data/shell';
import { bestLine, sweepHeadline, sweepOf } from '../data/sweep';
import { Headline } from '../parts/Headline';
import { Link } from '../parts/Link';
import { Failure, LoadingNote, Notices } from '../parts/states';
import type { ViewState } from '../state/parameters';
import { type Change, useViewState } from '../state/useViewState';
import { withDefaults } from '../take-away/complete-state';
import { TakeAwayButton } from '../take-away/TakeAwayButton';
import type { ViewProps } from './contract';
import { instabilityOf, loadModel, type Model, runsByGpu, tasksOf } from './model/model';
import { ModelFacts } from './model/ModelFacts';
import { ModelRuns } from './model/ModelRuns';
import { ModelTasks } from './model/ModelTasks';
import { MissingModel } from './model/MissingModel';
import { UnstableNote } from './model/UnstableNote';
import { MeasureSelects } from './sweep/SweepControls';
import { SweepSection } from './sweep/SweepSection';

export function ModelView({ shell }: ViewProps) {
  const { state, notices, change } = useViewState('model', shell.columnNames);
  const { id } = state;
  const loading = useLoaded(id === undefined ? null : `model ${id}`, (signal) => loadModel(id as string, signal));
  const isCurrent = loading.dataKey === `model ${id}`;
  return (
    <div className="model-view" data-loading={loading.isLoading}>
      <Notices notices={notices} />
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what={`the runs of ${id}`} />}
      {id === undefined && <MissingModel shell={shell} id={null} near={[]} />}
      {loading.data?.model === null && isCurrent && <MissingModel shell={shell} id={id ?? null} near={loading.data.near} />}
      {loading.data?.model && !loading.error && <ModelPage shell={shell} model={loading.data.model} state={state} change={change} />}
    </div>
  );
}

interface ModelPageProps {
  shell: Shell;
  model: Model;
  state: ViewState;
  change: (change: Change) => void;
}

function ModelPage({ shell, model, state, change }: ModelPageProps) {
  const tasks = tasksOf(model, shell);
  const task = (tasks.find(({ task }) => task.name === state.task) ?? tasks[0])?.task ?? shell.tasks[0];
  const measures = useMemo(() => task && measuresOf(task, { latency: state.latency, energy: state.energy }), [task, state.latency, state.energy]);
  const groups = useMemo(() => (task ? runsByGpu(model, task) : []), [model, task]);
  const { stability = 'stable' } = state;
  const panels = useRef<SVGSVGElement[]>([]);
  const lines = useMemo(() => {
    if (!task || !measures) return [];
    const admitted = groups.flatMap(({ runs }) => runs).filter((run) => stability === 'any' || (instabilityOf(run) === null) === (stability === 'stable'));
    return sweepOf(admitted, measures, { oneSplit: tableOf(task) === 'diffusion' });
  }, [groups, measures, stability, task]);
  if (!task || !measures) return null;
  const best = bestLine(lines, measures);
  const name = model.nickname ?? model.modelId;
  return (
    <>
      <ModelTasks modelId={model.modelId} tasks={tasks} current={task} state={state} />
      {state.task !== undefined && state.task !== task.name && <Notices notices={[`${name} has no run of the task “${state.task}”; ${task.displayName} is shown.`]} />}
      <Headline>{best ? sweepHeadline(best, measures) : `${name} on ${task.displayName}`}</Headline>
      <p className="model-links">
        <Link to="sweep" state={{ task: task.name, model: model.modelId }}>
          Filter this sweep
        </Link>
        <Link to="compare" state={{ models: [model.modelId], task: task.name }}>
          Compare with other models
        </Link>
        <Link to="models">All models</Link>
      </p>
      <ModelFacts model={model} />
      <div className="sweep-controls">
        <MeasureSelects table={tableOf(task)} state={state} change={change} />
        <TakeAwayButton
          shell={shell}
          route="model"
          state={withDefaults(task, state)}
          takeAway={async () =>
            (await import('../take-away/model')).modelTakeAway({
              ...{ shell, task, state, modelId: model.modelId, shown: groups.flatMap(({ runs }) => runs) },
              title: best ? sweepHeadline(best, measures) : `${name} on ${task.displayName}`,
              charts: best ? () => panels.current : null,
            })
          }
        />
      </div>
      <UnstableNote runs={groups.flatMap(({ runs }) => runs)} stability={stability} change={change} />
      {best && <SweepSection shell={shell} task={task} measures={measures} lines={lines} state={state} change={change} onDrawn={(panel, svg) => (panels.current[panel] = svg)} />}
      <ModelRuns shell={shell} groups={groups} measures={measures} />
    </>
  );
}
