// Two to four models on one task: their frontiers on one plane, and their best runs within the deadline.
import { useMemo, useRef } from 'react';

import { ComparePlane } from '../../charts/compare/ComparePlane';
import { isDrawable } from '../../charts/compare/options';
import { loadModels, MOST_COMPARED } from '../../data/compare';
import { deadlineOf, deadlineText } from '../../data/deadline';
import { measured, plural } from '../../data/format';
import { useLoaded, useTaskRuns } from '../../data/loading';
import { measuresOf, valueOf } from '../../data/measures';
import { bestPerModel, filtered, frontierOf, within } from '../../data/ranking';
import { gpusOf, type Run } from '../../data/runs';
import { type Shell, tableOf, type Task } from '../../data/shell';
import { ChartFigure } from '../../parts/ChartFigure';
import { Headline } from '../../parts/Headline';
import { Link } from '../../parts/Link';
import { Failure, LoadingNote, Notices, Nothing } from '../../parts/states';
import { ValueTable } from '../../parts/ValueTable';
import type { ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import { withDefaults } from '../../take-away/complete-state';
import { TakeAwayButton } from '../../take-away/TakeAwayButton';
import { DeadlineField } from '../gpus/DeadlineField';
import { type Best, BestTable } from './BestTable';
import { Picker } from './Picker';

interface ComparedModelsProps {
  shell: Shell;
  task: Task;
  state: ViewState;
  change: (change: Change) => void;
}

export function ComparedModels({ shell, task, state, change }: ComparedModelsProps) {
  const ids = useMemo(() => [...new Set(state.models)].slice(0, MOST_COMPARED), [state.models]);
  const loading = useTaskRuns(task, state.stability);
  const models = useLoaded(ids.length > 0 ? JSON.stringify(ids) : null, (signal) => loadModels(ids, signal));
  const measures = useMemo(() => measuresOf(task, state), [task, state]);
  const all = loading.isLoading ? null : loading.data?.runs;
  const runs = useMemo(() => filtered(all ?? [], state.filters, shell, tableOf(task)), [all, state.filters, shell, task]);
  const deadline = deadlineOf(state.deadline, task, runs, measures.latency);
  const compared = useMemo(() => {
    const known = ids.flatMap((id) => models.data?.find((model) => model?.modelId === id) ?? []);
    return known.map(({ modelId, nickname, tasks }, index) => {
      const own = runs.filter((run) => run.modelId === modelId);
      const [best] = bestPerModel(within(own, measures.latency, deadline), measures.energy);
      const isMeasured = tasks.some(({ name }) => name === task.name);
      const reason = !isMeasured ? 'not measured on this task' : own.length === 0 ? 'no run matches the filters' : 'no run within the deadline';
      return { id: modelId, name: nickname ?? modelId, index, runs: own.filter((run) => isDrawable(measures, run)), run: best?.run ?? null, reason };
    });
  }, [ids, models.data, runs, measures, deadline, task]);
  const series = useMemo(() => compared.filter((each) => each.runs.length > 0), [compared]);
  const best = useMemo(() => new Set(compared.flatMap(({ run }) => run?.id ?? [])), [compared]);
  const drawn = useRef<SVGSVGElement | null>(null);
  const error = loading.error ?? models.error;
  const notices = [
    ...ids.filter((_, index) => models.data && !models.isLoading && models.data[index] === undefined).map((id) => `This dataset has no model ${id} (revision ${shell.dataset.revision.slice(0, 12)}).`),
    ...((state.models?.length ?? 0) > MOST_COMPARED ? [`At most ${MOST_COMPARED} models are compared; the others were ignored.`] : []),
  ];
  const offered = useMemo(() => [...new Map((all ?? []).map(({ modelId, nickname }) => [modelId, { id: modelId, name: nickname }])).values()].sort((one, other) => one.name.localeCompare(other.name)), [all]);
  const isLoading = loading.isLoading || models.isLoading;
  return (
    <>
      <Notices notices={notices} />
      {error && <Failure error={error} retry={loading.error ? loading.retry : models.retry} />}
      {isLoading && <LoadingNote what={`${plural(task.runCount, 'run')} of ${task.displayName}`} />}
      {compared.length >= 2 && (
        <DeadlineField latency={measures.latency} deadline={deadline} defaultDeadline={task.defaultDeadline} change={change} />
      )}
      {!isLoading && !error && <Headline>{compared.length < 2 ? 'Choose at least two models.' : headline(compared, task)}</Headline>}
      <Picker chosen={compared} offered={offered} choose={(chosen) => change({ models: chosen })} />
      {compared.length >= 2 && series.length > 0 && (
        <TakeAwayButton
          shell={shell}
          route="compare"
          state={withDefaults(task, state, { models: compared.map(({ id }) => id), deadline: deadline ?? 'none' })}
          takeAway={async () =>
            (await import('../../take-away/compare')).compareModelsTakeAway({
              ...{ shell, task, state, deadline, title: headline(compared, task) },
              modelIds: compared.map(({ id }) => id),
              best: compared.flatMap(({ run }) => run ?? []),
              charts: () => (drawn.current ? [drawn.current] : []),
            })
          }
        />
      )}
      {compared.length >= 2 && series.length === 0 && !isLoading && (
        <Nothing>
          None of these models has a run to draw: {compared.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}.
        </Nothing>
      )}
      {compared.length >= 2 && series.length > 0 && (
        <div className="compare-content">
          <ChartFigure
            caption={`Runs of ${task.displayName}; each line is a model’s frontier: the least energy that a measured run attains at each latency.${deadline === null ? '' : ` Large marks: least energy within ${deadlineText(deadline, measures.latency)}.`} Colours mean models, shapes GPU models.`}
            chart={<ComparePlane shell={shell} series={series} measures={measures} deadline={deadline} best={best} onDrawn={(svg) => (drawn.current = svg)} />}
            table={<FrontierTable runs={series.flatMap((each) => frontierOf(each.runs, measures))} measures={measures} />}
            isTable={state.as === 'table'}
            onToggle={(isTable) => change({ as: isTable ? 'table' : undefined })}
          />
          <BestTable shell={shell} measures={measures} compared={compared} />
        </div>
      )}
    </>
  );

  function headline(all_: readonly Best[], of: Task): string {
    const ranked = all_.flatMap((each) => (each.run ? [{ ...each, value: valueOf(measures.energy, each.run) }] : [])).sort((one, other) => one.value - other.value);
    const [least, next] = ranked;
    const condition = deadline === null ? 'Without a deadline' : `Within ${deadlineText(deadline, measures.latency)}`;
    if (!least) return `${condition}, none of these models has a run of ${of.displayName}.`;
    const [unit, per] = measures.energy.unit.split('/');
    const than = next ? `, ${Math.round((1 - least.value / next.value) * 100)}% less than ${next.name}` : '';
    return `${condition}, ${least.name} uses the least energy of these on ${of.displayName}: ${measured(least.value)} ${unit} per ${per}${than}.`;
  }
}

function FrontierTable({ runs, measures: { latency, energy, batch } }: { runs: readonly Run[]; measures: ReturnType<typeof measuresOf> }) {
  return (
    <ValueTable
      caption="Runs on the frontiers"
      rows={runs}
      keyOf={({ id }) => id}
      columns={[
        { name: 'Model', cell: ({ nickname }) => nickname },
        { name: 'Run', cell: (run) => <Link to="run" state={{ id: run.id }}>{gpusOf(run)}</Link> },
        { name: batch.shortName, isNumber: true, cell: (run) => measured(valueOf(batch, run)) },
        { name: latency.shortName, unit: latency.unit, isNumber: true, cell: (run) => measured(valueOf(latency, run)) },
        { name: energy.shortName, unit: energy.unit, isNumber: true, cell: (run) => measured(valueOf(energy, run)) },
      ]}
    />
  );
}
