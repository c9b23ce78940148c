// All models: found by name, in order, with the least energy of each in a chosen task.
import './models/models.css';

import { useMemo, useState } from 'react';

import { plural } from '../data/format';
import { useLoaded, useTaskRuns } from '../data/loading';
import { measuresOf } from '../data/measures';
import { nextSort, ordered, parseSort } from '../data/order';
import { bestPerModel } from '../data/ranking';
import { tableOf, taskNamed } from '../data/shell';
import { STABILITY_TEXTS } from '../filters/ActiveFilters';
import { Headline } from '../parts/Headline';
import { Failure, LoadingNote, Nothing, Notices } from '../parts/states';
import { UnknownTask } from '../parts/UnknownTask';
import { useViewState } from '../state/useViewState';
import { withDefaults } from '../take-away/complete-state';
import { TakeAwayButton } from '../take-away/TakeAwayButton';
import type { ViewProps } from './contract';
import { isFound, modelColumns, type ModelRow } from './models/columns';
import { loadModels } from './models/load';
import { ModelsTable } from './models/ModelsTable';
import { SearchField } from './models/SearchField';

export function ModelsView({ shell }: ViewProps) {
  const { state, notices, change } = useViewState('models', shell.columnNames);
  const task = taskNamed(shell, state.task);
  const energy = useMemo(() => (task ? measuresOf(task, { energy: state.energy }).energy : null), [task, state.energy]);
  const models = useLoaded('models', loadModels);
  const runs = useTaskRuns(task, state.stability);
  const [search, setSearch] = useState(state.q ?? '');

  const isLoading = models.isLoading || runs.isLoading;
  const failed = models.error ? models : runs;
  const inTask = useMemo((): readonly ModelRow[] => {
    const best = new Map(energy ? bestPerModel(runs.data?.runs ?? [], energy).map((ranked) => [ranked.run.modelId, ranked]) : []);
    return (models.data ?? [])
      .filter(({ tasks }) => !task || tasks.some(({ name }) => name === task.name))
      .map((model) => ({ model, best: best.get(model.modelId) }));
  }, [models.data, runs.data, task, energy]);
  const columns = useMemo(() => modelColumns(energy), [energy]);
  const sort = parseSort(state.sort);
  const sortColumn = columns.find(({ name }) => name === sort?.column) ?? columns[0];
  const rows = sortColumn
    ? ordered(
        inTask.filter(({ model }) => isFound(model, search)),
        sort?.column === sortColumn.name && sort.isDescending,
        { value: sortColumn.value, id: ({ model }) => model.modelId },
      )
    : [];
  const all = `${plural(inTask.length, 'model')}${task ? ` measured on ${task.displayName}` : ''}`;
  const headline = search.trim() === '' ? `${all}.` : `${rows.length} of ${all} ${rows.length === 1 ? 'matches' : 'match'} “${search.trim()}”.`;
  const stability = task && tableOf(task) === 'llm' ? STABILITY_TEXTS[state.stability ?? 'stable'] : 'runs';
  const note = energy ? `Least energy: of all ${stability} of the task, without a deadline.` : 'Choose a task to see the least energy of each model.';
  const taken = async () => {
    const { bestOfModelsTakeAway, modelsTakeAway } = await import('../take-away/models');
    const facts = { shell, title: headline, state, models: rows.map(({ model }) => model) };
    if (!task) return modelsTakeAway({ ...facts, areAll: rows.length === models.data?.length });
    return bestOfModelsTakeAway({ ...facts, task, best: rows.flatMap(({ best }) => best ?? []) });
  };
  return (
    <>
      <Notices notices={notices} />
      <UnknownTask shell={shell} route="models" name={state.task} shown={task} />
      <div className="models-controls">
        <SearchField label="Name or id" value={state.q ?? ''} onDraft={setSearch} onSettled={(q) => change({ q: q === '' ? undefined : q })} />
        <label className="models-task">
          Task
          <select value={task?.name ?? ''} onChange={({ target: { value } }) => change({ task: value === '' ? undefined : value })}>
            <option value="">All tasks</option>
            {shell.tasks.map(({ name, displayName }) => (
              <option key={name} value={name}>
                {displayName}
              </option>
            ))}
          </select>
        </label>
        <TakeAwayButton
          shell={shell}
          route="models"
          state={task ? withDefaults(task, state) : state}
          takeAway={rows.length === 0 || isLoading ? null : taken}
        />
      </div>
      {failed.error && <Failure error={failed.error} retry={failed.retry} />}
      {isLoading && <LoadingNote what="the models" />}
      {models.data && (
        <div className="models-result" data-loading={isLoading}>
          <Headline>{headline}</Headline>
          {rows.length > 0 ? (
            <>
              <p className="muted">{note}</p>
              <ModelsTable
                caption={headline}
                columns={columns}
                rows={rows}
                energy={energy}
                task={task?.name}
                sort={sort}
                onSort={(column) => change({ sort: nextSort(sort, column) })}
              />
            </>
          ) : (
            <Nothing
              actions={
                <button type="button" className="button" onClick={() => change({ q: undefined })}>
                  Remove the search
                </button>
              }
            >
              No model matches “{search}”.
            </Nothing>
          )}
        </div>
      )}
    </>
  );
}
