// Take-away of the list of models; for a task, of the run with the least energy of each.
import type { Ranked } from '../data/ranking';
import { type Shell, tableOf, type Task } from '../data/shell';
import type { ViewState } from '../state/parameters';
import { rowsAt } from './agreement';
import type { TakeAway, TakenRow } from './contract';
import { fileNameOf, graphQuery, operationName } from './document';
import { measuresIn, namesOf, rankedFields, stabilityArgument, takenRow, taskFileName, unitsOf } from './facts';

export interface ModelsFacts {
  shell: Shell;
  title: string;
  state: ViewState;
  /** The models on screen, by field. */
  models: readonly { modelId: string }[];
  /** Whether the models are all of the dataset. */
  areAll: boolean;
}

const MODEL_FIELDS = ['modelId', 'nickname', 'org', 'architecture', 'totalParamsBillions', 'activatedParamsBillions', 'weightPrecision', 'runCount'];

export function modelsTakeAway({ shell, title, state, models, areAll }: ModelsFacts): TakeAway {
  const [declared, where] = areAll ? ['', ''] : ['($where: MLEnergyModelFilter!)', 'where: $where, '];
  const variables = areAll ? {} : { where: { modelId: { in: models.map(({ modelId }) => modelId) } } };
  const fileName = fileNameOf('models', state.q);
  const list = `models(${where}first: 2000, orderBy: [{ field: NICKNAME }])`;
  return {
    title,
    fileName,
    result: graphQuery(`query Models${declared} { ${list} { totalCount nodes { ${MODEL_FIELDS.join(' ')} } } }`, variables),
    shown: models.map((model) => Object.fromEntries(MODEL_FIELDS.map((field) => [field, (model as unknown as TakenRow)[field]]))),
    answered: (data) => rowsAt(data, 'models.nodes'),
    keys: ['modelId'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}${declared} { ${list} { nodes { ${MODEL_FIELDS.join(' ')} } } }`, variables),
    units: unitsOf(shell, 'llm', MODEL_FIELDS),
    charts: null,
  };
}

export interface BestOfModelsFacts extends Omit<ModelsFacts, 'areAll'> {
  task: Task;
  /** The run with the least energy of each model on screen that has one. */
  best: readonly Ranked[];
}

export function bestOfModelsTakeAway({ shell, title, state, models, task, best }: BestOfModelsFacts): TakeAway {
  const table = tableOf(task);
  const measures = measuresIn({ task, state });
  const { energy } = measures;
  const { runs, filter } = namesOf(task);
  const fields = rankedFields(task, measures);
  const where = { task: { eq: task.name }, modelId: { in: models.map(({ modelId }) => modelId) } };
  const fileName = taskFileName(task, 'models', state.q);
  const order = `orderBy: [{ field: ${energy.enumValue} }], first: 2000`;
  const selected = `${runs}(first: 0, where: $where${stabilityArgument(task, state)})`;
  const list = `bestRuns(by: ${energy.enumValue}, per: [MODEL_ID], ${order})`;
  return {
    title,
    fileName,
    result: graphQuery(`query BestOfModels($where: ${filter}!) { ${selected} { totalCount digest ${list} { totalCount nodes { ${fields.join(' ')} } } } }`, { where }),
    shown: best.map(({ run }) => takenRow(run, fields)),
    answered: (data) => rowsAt(data, `${runs}.bestRuns.nodes`),
    keys: ['id'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}($where: ${filter}!) { ${selected} { ${list} { nodes { ${fields.join(' ')} } } } }`, { where }),
    rowsNote: 'The run with the least energy of each model, by energy.',
    units: unitsOf(shell, table, fields),
    charts: null,
  };
}
