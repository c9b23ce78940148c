// Take-away of the list of models.
import type { Shell } from '../data/shell';
import { rowsAt } from './agreement';
import type { TakeAway, TakenRow } from './contract';
import { fileNameOf, graphQuery, operationName } from './document';
import { unitsOf } from './facts';

export interface ModelsFacts {
  shell: Shell;
  title: string;
  /** Text that the list is searched for. */
  q: string | undefined;
  /** The models on screen, by field. */
  shown: readonly object[];
}

export const MODEL_FIELDS = ['modelId', 'nickname', 'org', 'architecture', 'totalParamsBillions', 'activatedParamsBillions', 'weightPrecision'];

export function modelsTakeAway({ shell, title, q, shown }: ModelsFacts): TakeAway {
  const [declared, search] = q ? ['($search: String!)', 'search: $search, '] : ['', ''];
  const variables = q ? { search: q } : {};
  const fileName = fileNameOf('models', q);
  return {
    title,
    fileName,
    result: graphQuery(`query Models${declared} { models(${search}first: 2000) { totalCount nodes { ${MODEL_FIELDS.join(' ')} } } }`, variables),
    shown: shown.map((model) => Object.fromEntries(MODEL_FIELDS.map((field) => [field, (model as TakenRow)[field]]))),
    answered: (data) => rowsAt(data, 'models.nodes'),
    keys: ['modelId'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}${declared} { models(${search}first: 2000) { nodes { ${MODEL_FIELDS.join(' ')} } } }`, variables),
    units: unitsOf(shell, 'llm', MODEL_FIELDS),
    charts: null,
  };
}
