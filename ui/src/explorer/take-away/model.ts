// Take-away of one model: its facts and its runs of a task.
import type { Run } from '../data/runs';
import { tableOf } from '../data/shell';
import { rowsAt } from './agreement';
import type { TakeAway } from './contract';
import { fileNameOf, graphQuery, operationName } from './document';
import { measuresIn, namesOf, takenRow, type TaskFacts, unitsOf } from './facts';

export interface ModelFacts extends TaskFacts {
  modelId: string;
  /** The runs on screen: all of the task, stable or not. */
  shown: readonly Run[];
}

export function modelTakeAway({ shell, task, state, title, charts, modelId, shown }: ModelFacts): TakeAway {
  const table = tableOf(task);
  const { batch, energy, latency, throughput } = measuresIn({ task, state });
  const { runs } = namesOf(task);
  const fields = ['id', 'gpuModel', 'numGpus', 'parallelism', ...[batch, energy, latency, throughput].map(({ field }) => field), 'avgPowerWatts'];
  const taken = table === 'llm' ? [...fields, 'isStable', 'unstableReason'] : fields;
  const order = ['GPU_MODEL', 'NUM_GPUS', batch.enumValue].map((field) => `{ field: ${field} }`).join(', ');
  const stability = table === 'llm' ? ', stability: ANY' : '';
  const selected = `${runs}(where: { task: { eq: $task } }${stability}, first: 2000, orderBy: [${order}])`;
  const variables = { id: modelId, task: task.name };
  const fileName = fileNameOf(modelId.split('/').at(-1), task.name);
  const declared = '$id: ID!, $task: String!';
  return {
    title,
    fileName,
    result: graphQuery(
      `query ModelRuns(${declared}) {
        model(modelId: $id) {
          modelId nickname org architecture totalParamsBillions activatedParamsBillions weightPrecision
          tasks { name displayName kind }
          ${selected} { totalCount digest nodes { ${taken.join(' ')} } }
        }
      }`,
      variables,
    ),
    shown: shown.map((run) => takenRow(run, taken)),
    answered: (data) => rowsAt(data, `model.${runs}.nodes`),
    keys: ['id'],
    isOrdered: false,
    rows: graphQuery(`query ${operationName(fileName)}(${declared}) { model(modelId: $id) { ${selected} { nodes { ${taken.join(' ')} } } } }`, variables),
    units: unitsOf(shell, table, taken),
    charts,
  };
}
