// Take-away of the runs of one model and task by batch size.
import type { Run } from '../data/runs';
import type { TakeAway } from './contract';
import { describingFields, measuresIn, type TaskFacts, taskFileName } from './facts';
import { selectedRuns } from './selection';

export interface SweepFacts extends TaskFacts {
  modelId: string;
  /** All drawn runs. */
  shown: readonly Run[];
}

export function sweepTakeAway({ modelId, shown, ...facts }: SweepFacts): TakeAway {
  const { task } = facts;
  const { batch, latency, energy, throughput, power } = measuresIn(facts);
  return selectedRuns({
    ...facts,
    name: 'BatchSizes',
    fileName: taskFileName(task, modelId.split('/').at(-1), 'batch size'),
    condition: { modelId: { eq: modelId } },
    deadline: null,
    fields: [...describingFields(task), ...[batch, energy, latency, throughput, power].map(({ field }) => field)],
    shown,
  });
}
