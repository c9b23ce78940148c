// States of a sweep without lines: an unknown model, filters that exclude all runs, runs without a value.
import { plural } from '../../data/format';
import { filtered } from '../../data/ranking';
import type { Run } from '../../data/runs';
import { columnOf, type Shell, tableOf, type Task } from '../../data/shell';
import { Headline } from '../../parts/Headline';
import { Link } from '../../parts/Link';
import { Nothing } from '../../parts/states';
import type { ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import { formatFilter } from '../../state/filters';
import { type ModelChoice, modelsNear, mostMeasured } from './models';

interface UnknownModelProps {
  shell: Shell;
  task: Task;
  modelId: string;
  models: readonly ModelChoice[];
}

export function UnknownModel({ shell, task, modelId, models }: UnknownModelProps) {
  const near = modelsNear(models, modelId);
  const most = mostMeasured(models);
  const offered = near.length > 0 ? near : most ? [most] : [];
  return (
    <>
      <Headline>{`${task.displayName} has no run of ${modelId}`}</Headline>
      <Nothing
        actions={offered.map((model) => (
          <Link key={model.modelId} className="button" to="sweep" state={{ task: task.name, model: model.modelId }}>
            {model.nickname}
          </Link>
        ))}
      >
        {shell.dataset.name}, revision {shell.dataset.revision.slice(0, 12)}, has no stable run of this model on this task.{' '}
        <Link to="model" state={{ id: modelId }}>
          Other tasks of {modelId}
        </Link>
      </Nothing>
    </>
  );
}

interface NoLinesProps {
  shell: Shell;
  task: Task;
  /** Runs of the model, before filters. */
  runs: readonly Run[];
  state: ViewState;
  change: (change: Change) => void;
}

export function NoLines({ shell, task, runs, state: { filters }, change }: NoLinesProps) {
  const table = tableOf(task);
  const name = runs[0]?.nickname ?? '';
  if (filtered(runs, filters, shell, table).length > 0) {
    return <Headline>{`No run of ${name} on ${task.displayName} has a positive energy`}</Headline>;
  }
  return (
    <>
      <Headline>{`No run of ${name} on ${task.displayName} matches these filters`}</Headline>
      <Nothing
        actions={Object.entries(filters).map(([column, filter]) => {
          const rest = Object.fromEntries(Object.entries(filters).filter(([other]) => other !== column));
          return (
            <button key={column} type="button" className="button" onClick={() => change({ filters: rest })}>
              Remove {columnOf(shell, table, column)?.name ?? column} {formatFilter(filter)} ({plural(filtered(runs, rest, shell, table).length, 'run')})
            </button>
          );
        })}
      >
        No run matches these filters.
      </Nothing>
    </>
  );
}
