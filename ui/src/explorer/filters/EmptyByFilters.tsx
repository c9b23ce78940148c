// The state in which the filters leave no run: a button for each filter, and values that may have been meant.
import './filters.css';

import { request, type Warning } from '../../graph/client';
import { UnknownValuesDiffusionDocument, UnknownValuesDocument, type MLEnergyStability } from '../../graph/generated';
import { plural } from '../data/format';
import { useLoaded } from '../data/loading';
import { filtered } from '../data/ranking';
import type { Run } from '../data/runs';
import { columnOf, type Shell, tableOf, type Task } from '../data/shell';
import { Nothing } from '../parts/states';
import { type Filters, isRange } from '../state/filters';
import type { StabilityChoice } from '../state/parameters';
import { without } from './facets';
import type { FilterBarProps } from './FilterBar';
import { filterText, modelNames } from './labels';
import { whereOf } from './where';

export function EmptyByFilters({ shell, task, runs, state, change }: FilterBarProps) {
  const { filters, stability = 'stable' } = state;
  const table = tableOf(task);
  const models = modelNames(runs);
  const set = (next: Filters) => change({ page: undefined, filters: next });
  const hasUnknown = Object.entries(filters).some(([name, filter]) => isUnknown(shell, task, runs, name, filter));
  const warnings = useWarnings(shell, task, filters, stability, hasUnknown);
  const removals = Object.entries(filters).flatMap(([name, filter]) => {
    const column = columnOf(shell, table, name);
    if (!column) return [];
    const rest = without(filters, name);
    return { name, text: filterText(column, filter, models), rest, count: filtered(runs, rest, shell, table).length };
  });
  return (
    <Nothing
      actions={
        <>
          {removals.map(({ name, text, rest, count }) => (
            <button key={name} type="button" className="button" onClick={() => set(rest)}>
              Remove {text} ({plural(count, 'run')})
            </button>
          ))}
          {removals.length > 1 && removals.every(({ count }) => count === 0) && (
            <button type="button" className="button" onClick={() => set({})}>
              Remove all filters ({plural(runs.length, 'run')})
            </button>
          )}
        </>
      }
    >
      No run matches these filters.
      {warnings.map((warning) => (
        <Suggestion key={warning.message} warning={warning} shell={shell} task={task} filters={filters} set={set} models={models} />
      ))}
    </Nothing>
  );
}

interface SuggestionProps {
  warning: Warning;
  shell: Shell;
  task: Task;
  filters: Filters;
  set: (filters: Filters) => void;
  models: ReadonlyMap<string, string>;
}

/** The server's message about an unknown value, with a button for each value near it. */
function Suggestion({ warning: { message, argument, value, suggestions }, shell, task, filters, set, models }: SuggestionProps) {
  const field = argument?.split('.')[0];
  const column = shell.dataset.columns.find((each) => each.table === tableOf(task) && each.field === field);
  const filter = column && filters[column.name];
  return (
    <span className="filter-suggestion">
      {message}{' '}
      {column &&
        filter &&
        !isRange(filter) &&
        suggestions.map((suggestion) => {
          const values = filter.in.map((each) => (each === value ? suggestion : each));
          return (
            <button key={suggestion} type="button" className="link-button" onClick={() => set({ ...filters, [column.name]: { in: [...new Set(values)] } })}>
              Use {filterText(column, { in: [suggestion] }, models)}
            </button>
          );
        })}
    </span>
  );
}

/** Whether a filter admits a value that no loaded run has. */
function isUnknown(shell: Shell, task: Task, runs: readonly Run[], name: string, filter: Filters[string]): boolean {
  const table = tableOf(task);
  if (!filter || isRange(filter) || columnOf(shell, table, name) === undefined) return false;
  return filter.in.some((value) => filtered(runs, { [name]: { in: [value] } }, shell, table).length === 0);
}

/** The server's warnings about values that the dataset does not have. They are an aid: without an answer, there are none. */
function useWarnings(shell: Shell, task: Task, filters: Filters, stability: StabilityChoice, isWanted: boolean): readonly Warning[] {
  const where = whereOf(shell, task, filters);
  const key = isWanted ? JSON.stringify([where, stability]) : null;
  const { data, dataKey } = useLoaded(key, async (signal) => {
    const answer =
      tableOf(task) === 'llm'
        ? request(UnknownValuesDocument, { where, stability: stability.toUpperCase() as MLEnergyStability }, { signal })
        : request(UnknownValuesDiffusionDocument, { where }, { signal });
    return (await answer).warnings.filter(({ code }) => code === 'UNKNOWN_VALUE');
  });
  return key !== null && dataKey === key ? (data ?? []) : [];
}
