// Configurations of a task without a pair of runs, and the reason.
import { passes } from '../state/filters';
import { configurationOf } from './matched';
import { deadlineText } from './deadline';
import { measured } from './format';
import { type Measure, valueOf } from './measures';
import type { Sides } from './pairs';
import { gpusOf, type Run } from './runs';

export interface Unpaired {
  /** A run of the configuration, for its name. */
  run: Run;
  /** `no run within 50 ms on H100 (the fastest takes 61.2 ms, on 2×H100)`. */
  reason: string;
  /** Whether one of the two GPU models has a run within the deadline. */
  isOneSided: boolean;
}

export interface Paired {
  unpaired: readonly Unpaired[];
  /** The least deadline at which some configuration has a pair; null if there is none at any. */
  least: { deadline: number; run: Run } | null;
}

interface Conditions {
  latency: Measure;
  deadline: number | null;
  sides: Sides;
}

/**
 * Find the configurations without a pair.
 * @param all Runs of the task.
 * @param admitted Those of them that pass the filters.
 */
export function unpairedOf(all: readonly Run[], admitted: readonly Run[], conditions: Conditions): Paired {
  const { latency, deadline, sides } = conditions;
  const unpaired: Unpaired[] = [];
  let least: Paired['least'] = null;
  const measuredRuns = byConfiguration(all);
  for (const [configuration, runs] of byConfiguration(admitted)) {
    const both = [sides.baseline, sides.candidate].map((gpuModel) => {
      const fastest = fastestOn(gpuModel, runs, latency);
      return { gpuModel, fastest, isWithin: fastest !== null && (deadline === null || valueOf(latency, fastest) <= deadline) };
    });
    const slower = Math.max(...both.map(({ fastest }) => (fastest === null ? Infinity : valueOf(latency, fastest))));
    const [run] = runs;
    if (run && slower < (least?.deadline ?? Infinity)) least = { deadline: slower, run };
    const lacking = both.filter(({ isWithin }) => !isWithin);
    if (!run || lacking.length === 0) continue;
    const reasons = lacking.map(({ gpuModel, fastest }) =>
      fastest === null
        ? absence(gpuModel, measuredRuns.get(configuration) ?? [])
        : `no run within ${deadlineText(deadline ?? NaN, latency)} on ${gpuModel} (the fastest takes ${measured(valueOf(latency, fastest))} ${latency.unit}, on ${gpusOf(fastest)})`,
    );
    unpaired.push({ run, reason: reasons.join('; '), isOneSided: lacking.length === 1 });
  }
  return { unpaired, least };
}

function absence(gpuModel: string, runs: readonly Run[]): string {
  return runs.some((run) => passes({ in: [gpuModel] }, run.gpuModel)) ? `no run on ${gpuModel} matches the filters` : `not measured on ${gpuModel}`;
}

function byConfiguration(runs: readonly Run[]): Map<string, Run[]> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = configurationOf(run);
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return groups;
}

function fastestOn(gpuModel: string, runs: readonly Run[], latency: Measure): Run | null {
  let fastest: Run | null = null;
  for (const run of runs) {
    if (run.gpuModel !== gpuModel || Number.isNaN(valueOf(latency, run))) continue;
    if (fastest === null || valueOf(latency, run) < valueOf(latency, fastest)) fastest = run;
  }
  return fastest;
}
