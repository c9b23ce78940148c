// GPU pairs: the energy of each model on two GPU models at equal latency.
import './gpus/gpus.css';

import { useMemo } from 'react';

import { GraphError } from '../../graph/client';
import { energyDomain } from '../charts/pairs/layout';
import { type Group, groupSentence, groupsSentence } from '../data/pair-groups';
import type { Shell, Task } from '../data/shell';
import { FilterBar } from '../filters/FilterBar';
import { Headline } from '../parts/Headline';
import { Failure, LoadingNote, Notices } from '../parts/states';
import { TaskTabs } from '../parts/TaskTabs';
import { UnknownTask } from '../parts/UnknownTask';
import type { ViewState } from '../state/parameters';
import { useViewState } from '../state/useViewState';
import { TakeAwayButton } from '../take-away/TakeAwayButton';
import type { ViewProps } from './contract';
import { DeadlineField } from './gpus/DeadlineField';
import { PairsGroup } from './gpus/PairsGroup';
import { SidesControl } from './gpus/SidesControl';
import { OneGpu, Suggestions } from './gpus/states';
import { completeState, hasPairs, takeAwayOf } from './gpus/takeAway';
import { ALL, useGroups } from './gpus/useGroups';

const GPU_COLUMN = 'gpu_model';

export function GpusView({ shell }: ViewProps) {
  const { state: given, notices, change } = useViewState('gpus', shell.columnNames);
  const state = useMemo(() => withoutGpuFilter(given), [given]);
  const { task, choices, sides, hasOneGpu, runsOf, groups, isLoading, error, retry } = useGroups(shell, state);
  const shellOfFilters = useMemo(() => withoutGpus(shell), [shell]);
  const domain = useMemo(() => energyDomain(groups ?? []), [groups]);
  const [choice] = choices.length > 0 ? choices : (groups ?? []); // the former controls stay while a task loads
  const { latency, energy, stability, baseline, candidate, as } = state;
  const carried = { latency, energy, stability, baseline, candidate, as };
  return (
    <>
      <TaskTabs
        shell={shell}
        route="gpus"
        current={task}
        all={{ state: { ...carried, task: ALL }, label: 'All LLM tasks' }}
        stateFor={() => carried}
        stability={stability}
      />
      <Notices notices={given === state ? notices : [...notices, `The filter “${GPU_COLUMN}” does not apply to pairs of GPU models and was ignored.`]} />
      <UnknownTask shell={shell} route="gpus" name={given.task === ALL ? undefined : given.task} shown={task ?? undefined} />
      {choice && !hasOneGpu && (
        <div className="gpus-controls">
          <DeadlineField latency={choice.measures.latency} deadline={choice.deadline} defaultDeadline={choice.task.defaultDeadline} change={change} />
          <SidesControl shell={shell} sides={choice.sides} change={change} />
          <FilterBar shell={shellOfFilters} task={choice.task} runs={runsOf(choice.task)} state={state} change={change} />
          <TakeAwayButton
            shell={shell}
            route="gpus"
            state={completeState(state, task, groups ?? [])}
            takeAway={groups?.some(hasPairs) && !isLoading && !error ? () => takeAwayOf(shell, state, headlineOf(groups), groups) : null}
          />
        </div>
      )}
      {(error || hasOneGpu) && <Headline>GPU pairs</Headline>}
      {error && <Failure error={error} retry={retry} />}
      {error instanceof GraphError && sides && <Suggestions error={error} shell={shell} sides={sides} change={change} />}
      {isLoading && <LoadingNote what={loadingText(task)} />}
      {hasOneGpu && <OneGpu shell={shell} />}
      {groups && !error && !hasOneGpu && (
        <div className="gpus-results" data-loading={isLoading}>
          <Headline>{headlineOf(groups)}</Headline>
          {groups.map((group) => (
            <PairsGroup
              key={group.task.name}
              group={group}
              domain={domain}
              isOneOfSeveral={groups.length > 1}
              isTable={as === 'table'}
              change={change}
            />
          ))}
        </div>
      )}
    </>
  );
}

function headlineOf(groups: readonly Group[]): string {
  const [group, another] = groups;
  return group && !another ? groupSentence(group) : groupsSentence(groups);
}

function loadingText(task: Task | null): string {
  return task === null ? 'the pairs of all LLM tasks' : `the pairs of ${task.displayName}`;
}

/** The two selected GPU models take the place of a filter on them. */
function withoutGpuFilter(state: ViewState): ViewState {
  if (!(GPU_COLUMN in state.filters)) return state;
  return { ...state, filters: Object.fromEntries(Object.entries(state.filters).filter(([name]) => name !== GPU_COLUMN)) };
}

function withoutGpus(shell: Shell): Shell {
  const { dataset } = shell;
  return { ...shell, gpus: [], dataset: { ...dataset, columns: dataset.columns.filter(({ name }) => name !== GPU_COLUMN) } };
}
