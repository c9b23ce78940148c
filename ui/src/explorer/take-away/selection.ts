// Take-away of a selection of runs that is drawn as a whole: sweeps and comparisons.
import type { Run } from '../data/runs';
import { tableOf } from '../data/shell';
import { rowsAt } from './agreement';
import type { TakeAway } from './contract';
import { graphQuery, operationName } from './document';
import { measuresIn, namesOf, stabilityArgument, takenRow, type TaskFacts, unitsOf } from './facts';
import { selectedWhere, type Where } from './where';

export interface SelectionFacts extends TaskFacts {
  /** Name of the operation. */
  name: string;
  fileName: string;
  /** Conditions beside the task and the filters. */
  condition: Where;
  deadline: number | null;
  fields: readonly string[];
  shown: readonly Run[];
}

export function selectedRuns({ shell, task, state, title, charts, name, fileName, condition, deadline, fields, shown }: SelectionFacts): TakeAway {
  const table = tableOf(task);
  const { batch, latency } = measuresIn({ task, state });
  const { runs, filter } = namesOf(task);
  const where = selectedWhere(shell, task, { filters: state.filters, condition, deadline, latency });
  const order = ['MODEL_ID', 'GPU_MODEL', 'NUM_GPUS', batch.enumValue].map((field) => `{ field: ${field} }`).join(', ');
  const selected = `${runs}(where: $where${stabilityArgument(task, state)}, first: ${Math.max(1, shown.length)}, orderBy: [${order}])`;
  const taken = [...new Set(fields)];
  return {
    title,
    fileName,
    result: graphQuery(`query ${name}($where: ${filter}!) { ${selected} { totalCount digest nodes { ${taken.join(' ')} } } }`, { where }),
    shown: shown.map((run) => takenRow(run, taken)),
    answered: (data) => rowsAt(data, `${runs}.nodes`),
    keys: ['id'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}($where: ${filter}!) { ${selected} { nodes { ${taken.join(' ')} } } }`, { where }),
    units: unitsOf(shell, table, taken),
    charts,
  };
}
