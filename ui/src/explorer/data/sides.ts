// Default choice of the two GPU models that are compared.
import type { ViewState } from '../state/parameters';
import type { Sides } from './pairs';
import type { Run } from './runs';
import type { Gpu, Shell } from './shell';

/**
 * GPU models that a state compares. Where it names none, these are the two with the most runs; the one with the lower
 * TDP, which is the older one, is the baseline. Null for runs on fewer than two GPU models.
 */
export function sidesOf({ baseline, candidate }: Pick<ViewState, 'baseline' | 'candidate'>, shell: Shell, runs: readonly Run[]): Sides | null {
  const counts = new Map(shell.gpus.map(({ model }) => [model, 0]));
  for (const { gpuModel } of runs) counts.set(gpuModel, (counts.get(gpuModel) ?? 0) + 1);
  const count = ({ model }: Gpu) => counts.get(model) ?? 0;
  const chosen = [baseline, candidate];
  const others = shell.gpus
    .filter((gpu) => count(gpu) > 0 && !chosen.includes(gpu.model))
    .sort((one, other) => count(other) - count(one)) // stable: equal ones stay in the dataset's order
    .slice(0, 2)
    .sort((one, other) => (one.tdpWatts ?? Infinity) - (other.tdpWatts ?? Infinity))
    .map(({ model }) => model);
  const [first, second] = others;
  if (baseline !== undefined && candidate !== undefined) return { baseline, candidate };
  if (baseline !== undefined) return first === undefined ? null : { baseline, candidate: others.at(-1) ?? first };
  if (candidate !== undefined) return first === undefined ? null : { baseline: first, candidate };
  return first === undefined || second === undefined ? null : { baseline: first, candidate: second };
}
