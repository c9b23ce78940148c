// The first view: the best run of each model within a deadline, beside the time–energy plane.
import './explore/explore.css';

import { useMemo, useRef, useState } from 'react';

import { columnsToLoad } from '../data/columns';
import { plural } from '../data/format';
import { MOST_RUNS, useTaskRuns } from '../data/loading';
import { measuresOf } from '../data/measures';
import { filtered } from '../data/ranking';
import { tableOf, type Task, taskNamed } from '../data/shell';
import { FilterBar } from '../filters/FilterBar';
import { DeadlineControl } from '../parts/deadline/DeadlineControl';
import { Headline } from '../parts/Headline';
import { Failure, LoadingNote, Notices } from '../parts/states';
import { TaskTabs } from '../parts/TaskTabs';
import { UnknownTask } from '../parts/UnknownTask';
import { useViewState } from '../state/useViewState';
import { withDefaults } from '../take-away/complete-state';
import { TakeAwayButton } from '../take-away/TakeAwayButton';
import type { ViewProps } from './contract';
import { EmptyExplore } from './explore/EmptyExplore';
import { exploredOf, frontiersOf } from './explore/explored';
import { Options, StatisticSelect } from './explore/Options';
import { loadPlane, PlaneFigure } from './explore/PlaneFigure';
import { RankedTable } from './explore/RankedTable';
import { admittedText, countSentence, headlineOf, qualityNotice, rowsSentence } from './explore/wording';

export function ExploreView({ shell }: ViewProps) {
  const { state, notices, change, gesture } = useViewState('explore', shell.columnNames);
  useState(() => void loadPlane()); // the chart's script loads beside the runs
  const task = taskNamed(shell, state.task) ?? (shell.tasks[0] as Task);
  const isLlm = tableOf(task) === 'llm';
  const loading = useTaskRuns(task, state.stability, columnsToLoad(shell, task, Object.keys(state.filters)));
  const loadedRuns = useMemo(() => loading.data?.runs ?? [], [loading.data]);

  // While another task loads, the former one stays, dimmed: its runs have the fields of its own measures.
  const shownTask = useRef(task);
  if (!loading.isLoading) shownTask.current = task;
  const shown = loading.data ? shownTask.current : task;
  const measures = useMemo(() => measuresOf(shown, { latency: state.latency, energy: state.energy }), [shown, state.latency, state.energy]);
  const runs = useMemo(() => filtered(loadedRuns, state.filters, shell, tableOf(shown)), [loadedRuns, state.filters, shell, shown]);
  const isPerModel = state.frontier === 'model';
  const frontiers = useMemo(() => frontiersOf(runs, measures, isPerModel), [runs, measures, isPerModel]);

  const [dragged, setDragged] = useState<number | null>(null);
  const explored = useMemo(() => exploredOf(shown, measures, runs, dragged ?? state.deadline), [shown, measures, runs, dragged, state.deadline]);
  const [highlighted, setHighlighted] = useState<string | null>(null);
  const drawing = useRef<SVGSVGElement | null>(null);

  /** The default is left out of the address. */
  const asParameter = (deadline: number | null) => (deadline === null ? 'none' : deadline === task.defaultDeadline ? undefined : deadline);
  const choose = (deadline: number | null) => change({ deadline: asParameter(deadline) });
  const filterBar = useMemo(
    () => <FilterBar shell={shell} task={shown} runs={loadedRuns} state={state} change={change} />,
    [shell, shown, loadedRuns, state, change],
  );
  const isCut = loading.data !== null && loading.data.totalCount > loadedRuns.length;
  return (
    <>
      <TaskTabs
        shell={shell}
        route="explore"
        current={task}
        stability={state.stability}
        stateFor={(other) => (tableOf(other) === 'llm' && isLlm ? { latency: state.latency, energy: state.energy, stability: state.stability, frontier: state.frontier } : { frontier: state.frontier })}
      />
      <Notices notices={notices} />
      <UnknownTask shell={shell} route="explore" name={state.task} shown={task} />
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what={`${plural(task.runCount, 'run')} of ${task.displayName}`} />}
      {isCut && <Notices notices={[`Shown are the first ${plural(MOST_RUNS, 'run')} of ${loading.data?.totalCount}; narrow the filters.`]} />}
      <div className="explore" data-loading={loading.isLoading} data-empty={!loading.data}>
        {loading.data && (
          <>
            <div className="explore-controls">
              <DeadlineControl
                task={shown}
                runs={runs}
                latency={measures.latency}
                deadline={explored.deadline}
                admitted={admittedText(explored)}
                statistic={isLlm ? <StatisticSelect state={state} change={change} /> : undefined}
                onDrag={(deadline) => {
                  setDragged(deadline);
                  gesture({ deadline: asParameter(deadline) });
                }}
                onRelease={(deadline) => {
                  gesture({ deadline: asParameter(deadline) }, true);
                  setDragged(null);
                }}
                onChoose={choose}
              />
              {filterBar}
              <TakeAwayButton
                shell={shell}
                route="explore"
                state={withDefaults(shown, state, { frontier: state.frontier ?? 'all', deadline: explored.deadline ?? 'none' })}
                takeAway={
                  explored.ranked.length === 0
                    ? null
                    : async () =>
                        (await import('../take-away/explore')).exploreTakeAway({
                          ...{ shell, task: shown, state, deadline: explored.deadline, ranked: explored.ranked },
                          title: headlineOf(explored, state.latency),
                          charts: () => (drawing.current ? [drawing.current] : []),
                        })
                }
              />
            </div>
            <Options isLlm={isLlm} state={state} change={change} />
            <div className="explore-text">
              <Headline>{headlineOf(explored, state.latency)}</Headline>
              {explored.ranked.length > 0 && <p className="explore-count muted">{countSentence(explored, isLlm ? state.stability : 'stable')} <span>{rowsSentence(explored)}</span></p>}
              <p className="explore-quality muted">{qualityNotice(explored)}</p>
            </div>
            <div className="explore-columns">
              {explored.ranked.length > 0 ? (
                <RankedTable shell={shell} explored={explored} highlighted={highlighted} onHighlight={setHighlighted} />
              ) : (
                <EmptyExplore shell={shell} explored={explored} loaded={loadedRuns} state={state} change={change} onChoose={choose} />
              )}
              {runs.length > 0 && (
                <PlaneFigure
                  shell={shell}
                  explored={explored}
                  frontiers={frontiers}
                  state={state}
                  change={change}
                  highlighted={highlighted}
                  onHighlight={setHighlighted}
                  drawing={drawing}
                />
              )}
            </div>
          </>
        )}
      </div>
    </>
  );
}
