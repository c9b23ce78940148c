// The page of a run that the dataset has.
import { useRef } from 'react';

import { gpuMark } from '../../charts/gpus';
import { DEFAULT_METRIC, isMetric, type MetricName } from '../../charts/power/metrics';
import { useLoaded } from '../../data/loading';
import { measuresOf } from '../../data/measures';
import { gpusOf } from '../../data/runs';
import { type Shell, type Task, taskNamed } from '../../data/shell';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Headline } from '../../parts/Headline';
import { Link } from '../../parts/Link';
import { Notices } from '../../parts/states';
import type { ViewStateControl } from '../../state/useViewState';
import { withDefaults } from '../../take-away/complete-state';
import { TakeAwayButton } from '../../take-away/TakeAwayButton';
import { ConfigurationSection } from './ConfigurationSection';
import { DistributionSection } from './DistributionSection';
import { FilesSection } from './FilesSection';
import { type LoadedRun, loadSiblings } from './loadRun';
import { PowerSection } from './PowerSection';
import { RunLinks } from './RunLinks';
import { SiblingsSection } from './SiblingsSection';
import { takeAwayOf } from './takeAway';
import { factsOf, headlineOf } from './texts';

export interface RunPageProps extends LoadedRun {
  shell: Shell;
  control: ViewStateControl;
}

export function RunPage({ shell, control, run, digest }: RunPageProps) {
  const { state, notices, change } = control;
  const task = taskNamed(shell, run.task) ?? (shell.tasks[0] as Task);
  const measures = measuresOf(task, state);
  const metric: MetricName = state.metric !== undefined && isMetric(state.metric) ? state.metric : DEFAULT_METRIC;
  const unknownMetric = state.metric !== undefined && state.metric !== metric ? [`The value “${state.metric}” of the parameter “metric” is not valid and was ignored.`] : [];
  const siblings = useLoaded(run.id, (signal) => loadSiblings(run, signal));
  const hasTimeline = useRef(false);
  const isTable = state.as === 'table';
  const onToggle = (table: boolean) => change({ as: table ? 'table' : undefined });
  const shared = { run, isTable, onToggle };
  return (
    <>
      <Notices notices={[...notices, ...unknownMetric]} />
      <Headline>{headlineOf(run, measures)}</Headline>
      <p className="run-subject">
        <Link to="model" state={{ id: run.modelId, task: run.task }}>
          {run.modelId}
        </Link>{' '}
        · {task.displayName} · <GpuMarkIcon shell={shell} gpuModel={run.gpuModel} /> {gpusOf(run)}
      </p>
      {run.__typename === 'LLMRun' && !run.isStable && (
        <p className="run-unstable" role="note">
          <b>Unstable:</b> <code>{run.unstableReason || 'no reason stated'}</code>. Other views leave out unstable runs by default.
        </p>
      )}
      <dl className="run-facts">
        {factsOf(run, task, state).map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <RunLinks run={run} metric={metric} siblings={siblings.data ?? []} measures={measures} />
      <TakeAwayButton
        shell={shell}
        route="run"
        state={withDefaults(task, state, { metric })}
        takeAway={() => takeAwayOf({ shell, run, measures, metric, hasTimeline: hasTimeline.current })}
      />
      <div className="run-columns">
        <PowerSection {...shared} metric={metric} color={gpuMark(shell, run.gpuModel).color} change={change} hasTimeline={hasTimeline} />
        <SiblingsSection {...shared} shell={shell} measures={measures} loading={siblings} />
      </div>
      {run.__typename === 'LLMRun' && <DistributionSection {...shared} />}
      <ConfigurationSection shell={shell} run={run} />
      <FilesSection dataset={shell.dataset} run={run} digest={digest} />
    </>
  );
}
