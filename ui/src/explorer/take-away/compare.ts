// Take-away of models or runs side by side.
import type { Run } from '../data/runs';
import type { TakeAway } from './contract';
import { deadlineWords, describingFields, measuresIn, type TaskFacts, taskFileName } from './facts';
import { selectedRuns } from './selection';

export interface CompareFacts extends TaskFacts {
  /** Models, all of whose runs are drawn, or the ids of runs. */
  compared: { modelIds: readonly string[] } | { runIds: readonly string[] };
  /** Null where the view draws the runs beyond the deadline, too. */
  deadline: number | null;
  shown: readonly Run[];
}

export function compareTakeAway({ compared, deadline, shown, ...facts }: CompareFacts): TakeAway {
  const { task } = facts;
  const { batch, latency, energy, throughput, power } = measuresIn(facts);
  const areModels = 'modelIds' in compared;
  return selectedRuns({
    ...facts,
    name: areModels ? 'CompareModels' : 'CompareRuns',
    fileName: taskFileName(task, 'compare', areModels ? 'models' : 'runs', deadline === null ? null : deadlineWords(deadline, latency)),
    condition: areModels ? { modelId: { in: compared.modelIds } } : { id: { in: compared.runIds } },
    deadline,
    fields: [...describingFields(task), ...[batch, latency, energy, throughput, power].map(({ field }) => field)],
    shown,
  });
}
