// Take-away of models or runs side by side.
import type { Run } from '../data/runs';
import { type RunTable, tableOf } from '../data/shell';
import { rowsAt } from './agreement';
import type { TakeAway } from './contract';
import { fileNameOf, graphQuery, operationName } from './document';
import { deadlineWords, measuresIn, namesOf, namesOfTable, rankedFields, stabilityArgument, takenRow, type TaskFacts, taskFileName, unitsOf } from './facts';
import { selectedWhere } from './where';

export interface CompareModelsFacts extends TaskFacts {
  modelIds: readonly string[];
  deadline: number | null;
  /** The best run within the deadline of each model that has one. */
  best: readonly Run[];
}

/** The best runs within the deadline, and the frontiers, which do not depend on it. */
export function compareModelsTakeAway({ shell, task, state, title, charts, modelIds, deadline, best }: CompareModelsFacts): TakeAway {
  const measures = measuresIn({ task, state });
  const { latency, energy, throughput, power } = measures;
  const { runs, filter } = namesOf(task);
  const fields = [...new Set([...rankedFields(task, measures), 'parallelism', 'weightPrecision', throughput.field, power.field])];
  const selection = { filters: state.filters, condition: { modelId: { in: modelIds } }, latency };
  const within = selectedWhere(shell, task, { ...selection, deadline });
  const fileName = taskFileName(task, 'compare models', deadlineWords(deadline, latency));
  const selected = (where: string) => `${runs}(first: 0, where: ${where}${stabilityArgument(task, state)})`;
  const list = `bestRuns(by: ${energy.enumValue}, per: [MODEL_ID], orderBy: [{ field: ${energy.enumValue} }], first: 2000)`;
  const frontier = `paretoFrontier(minimize: [${latency.enumValue}, ${energy.enumValue}], per: [MODEL_ID])`;
  return {
    title,
    fileName,
    result: graphQuery(
      `query CompareModels($within: ${filter}!, $all: ${filter}!) {
        best: ${selected('$within')} { totalCount digest ${list} { totalCount nodes { ${fields.join(' ')} } } }
        frontiers: ${selected('$all')} { totalCount digest ${frontier} { runs { ${rankedFields(task, measures).join(' ')} } } }
      }`,
      { within, all: selectedWhere(shell, task, selection) },
    ),
    shown: best.map((run) => takenRow(run, fields)),
    answered: (data) => rowsAt(data, 'best.bestRuns.nodes'),
    keys: ['id'],
    isOrdered: false,
    rows: graphQuery(
      `query ${operationName(fileName)}($within: ${filter}!) { ${selected('$within')} { ${list} { nodes { ${fields.join(' ')} } } } }`,
      { within },
    ),
    rowsNote: 'The best run of each model. The frontiers are in the answer to the query.',
    units: unitsOf(shell, tableOf(task), fields),
    charts,
  };
}

export interface CompareRunsFacts extends Pick<TaskFacts, 'shell' | 'title'> {
  table: RunTable;
  /** With every column of the dataset. */
  shown: readonly Run[];
}

export function compareRunsTakeAway({ shell, title, table, shown }: CompareRunsFacts): TakeAway {
  const { runs } = namesOfTable(table);
  const columns = shell.dataset.columns.filter((column) => column.table === table).map(({ field }) => field);
  const fields = [...new Set(['id', ...columns])];
  const fileName = fileNameOf('compare runs', ...shown.map(({ id }) => id.slice(0, 8)));
  const variables = { ids: shown.map(({ id }) => id) };
  const selected = `${runs}(where: { id: { in: $ids } }${table === 'llm' ? ', stability: ANY' : ''}, first: ${shown.length})`;
  return {
    title,
    fileName,
    result: graphQuery(`query CompareRuns($ids: [ID!]!) { ${selected} { totalCount digest nodes { ${fields.join(' ')} } } }`, variables),
    shown: shown.map((run) => takenRow(run, fields)),
    answered: (data) => rowsAt(data, `${runs}.nodes`),
    keys: ['id'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}($ids: [ID!]!) { ${selected} { nodes { ${fields.join(' ')} } } }`, variables),
    units: unitsOf(shell, table, fields),
    charts: null,
  };
}
