// Take-away of the runs of one model and task by batch size.
import type { Run } from '../data/runs';
import type { TakeAway } from './contract';
import { describingFields, measuresIn, type TaskFacts, taskFileName } from './facts';
import { selectedRuns } from './selection';

export interface SweepFacts extends TaskFacts {
  modelId: string;
  /** Runs of the model that pass the filters. */
  passing: readonly Run[];
  /** Drawn runs: those of one configuration, of diffusion models with the best split at each batch size. */
  shown: readonly Run[];
}

export function sweepTakeAway({ modelId, passing, shown, ...facts }: SweepFacts): TakeAway {
  const { task } = facts;
  const { batch, latency, energy, throughput, power } = measuresIn(facts);
  const isWhole = passing.length === shown.length;
  return selectedRuns({
    ...facts,
    name: 'BatchSizes',
    fileName: taskFileName(task, modelId.split('/').at(-1), 'batch size'),
    // The choice of the page is no condition of the graph: it is stated by ids.
    condition: isWhole ? { modelId: { eq: modelId } } : { id: { in: shown.map(({ id }) => id).sort() } },
    deadline: null,
    fields: [...describingFields(task), 'parallelism', ...[batch, energy, latency, throughput, power].map(({ field }) => field)],
    shown,
  });
}
