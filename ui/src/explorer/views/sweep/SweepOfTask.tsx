// The sweep of the chosen model among the loaded runs of a task, with its controls.
import { useMemo, useRef } from 'react';

import { configurationKey, configurationsOf, withoutConfiguration } from '../../data/configurations';
import { plural } from '../../data/format';
import { measuresOf } from '../../data/measures';
import { filtered } from '../../data/ranking';
import type { Run } from '../../data/runs';
import { type Shell, tableOf, type Task } from '../../data/shell';
import { bestLine, sweepHeadline, sweepOf } from '../../data/sweep';
import { FilterBar } from '../../filters/FilterBar';
import { Headline } from '../../parts/Headline';
import { Link } from '../../parts/Link';
import type { ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import { withDefaults } from '../../take-away/complete-state';
import { TakeAwayButton } from '../../take-away/TakeAwayButton';
import { modelsIn, mostMeasured } from './models';
import { NoLines, UnknownModel } from './nothing';
import { ConfigurationSelect, MeasureSelects, ModelSelect } from './SweepControls';
import { SweepSection } from './SweepSection';

interface SweepOfTaskProps {
  shell: Shell;
  task: Task;
  state: ViewState;
  /** All loaded runs of the task. */
  runs: readonly Run[];
  change: (change: Change) => void;
}

export function SweepOfTask({ shell, task, state, runs, change }: SweepOfTaskProps) {
  const table = tableOf(task);
  const measures = useMemo(() => measuresOf(task, { latency: state.latency, energy: state.energy }), [task, state.latency, state.energy]);
  const models = useMemo(() => modelsIn(runs), [runs]);
  const model = state.model === undefined ? mostMeasured(models) : models.find(({ modelId }) => modelId === state.model);
  const modelId = model?.modelId;
  const panels = useRef<SVGSVGElement[]>([]);
  const { configurations, configuration, passing, shown } = useMemo(() => {
    const ofModel = runs.filter((run) => run.modelId === modelId);
    const passing = filtered(ofModel, state.filters, shell, table);
    const configuration = configurationsOf(passing, table)[0];
    return {
      configurations: configurationsOf(filtered(ofModel, withoutConfiguration(state.filters, table), shell, table), table),
      configuration,
      passing,
      shown: passing.filter((run) => configurationKey(run, table) === configuration?.key),
    };
  }, [runs, modelId, state.filters, shell, table]);
  const lines = useMemo(() => sweepOf(shown, measures, { oneSplit: table === 'diffusion' }), [shown, measures, table]);
  const best = bestLine(lines, measures);
  const left = shown.length - lines.reduce((sum, line) => sum + line.runs.length, 0);

  const choose = (modelId: string) => change({ model: modelId });
  return (
    <>
      <div className="sweep-controls">
        <ModelSelect models={models} current={modelId ?? state.model ?? ''} onChoose={choose} />
        {configuration && configurations.length > 1 && (
          <ConfigurationSelect
            configurations={configurations}
            current={configuration}
            onChoose={({ filters }) => change({ filters: { ...withoutConfiguration(state.filters, table), ...filters } })}
          />
        )}
        <MeasureSelects table={table} state={state} change={change} />
        <FilterBar shell={shell} task={task} runs={runs} state={state} change={change} />
        <TakeAwayButton
          shell={shell}
          route="sweep"
          state={withDefaults(task, state, { model: modelId })}
          takeAway={
            best && modelId
              ? async () =>
                  (await import('../../take-away/sweep')).sweepTakeAway({
                    ...{ shell, task, state, modelId, passing, shown: lines.flatMap((line) => line.runs) },
                    title: sweepHeadline(best, measures),
                    charts: () => panels.current,
                  })
              : null
          }
        />
      </div>
      {model === undefined && <UnknownModel shell={shell} task={task} modelId={state.model ?? ''} models={models} />}
      {model && !best && <NoLines shell={shell} task={task} runs={runs.filter((run) => run.modelId === modelId)} state={state} change={change} />}
      {model && best && (
        <>
          <Headline>{sweepHeadline(best, measures)}</Headline>
          <p className="muted sweep-note">
            {plural(shown.length - left, 'run')} on {task.displayName} in {plural(lines.length, 'line')}
            {configuration && (table === 'diffusion' || configurations.length > 1) && <>; {configuration.label}</>}
            {configurations.length > 1 && <> (the configuration with the most runs unless another is chosen)</>}
            {left > 0 && <>; {plural(left, 'further run')} {table === 'diffusion' ? 'with another split' : 'without a positive energy'} not drawn</>}
            . <Link to="model" state={{ id: model.modelId, task: task.name }}>About {model.nickname}</Link> ·{' '}
            <Link to="compare" state={{ models: [model.modelId], task: task.name }}>Compare with other models</Link>
          </p>
          <SweepSection shell={shell} task={task} measures={measures} lines={lines} state={state} change={change} onDrawn={(panel, svg) => (panels.current[panel] = svg)} />
        </>
      )}
    </>
  );
}
