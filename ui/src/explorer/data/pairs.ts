// Pairs of runs on two GPU models, which the graph computes: of each, the least-energy run within the deadline.
import { GraphError, request } from '../../graph/client';
import {
  GpusDiffusionDocument,
  type GpusDiffusionQuery,
  GpusDocument,
  type GpusQuery,
  type LLMRunMetric,
  type MLEnergyStability,
} from '../../graph/generated';
import { type Where, whereOf } from '../filters/where';
import type { Filters } from '../state/filters';
import type { StabilityChoice } from '../state/parameters';
import type { Measure, TaskMeasures } from './measures';
import { type Shell, tableOf, type Task } from './shell';

type LLMPairs = NonNullable<GpusQuery['llmRuns']>;
type DiffusionPairs = NonNullable<GpusDiffusionQuery['diffusionRuns']>;
export type PairRun = LLMPairs['pairs']['pairs'][number]['baseline'] | DiffusionPairs['pairs']['pairs'][number]['baseline'];

/** The two GPU models that are compared. */
export interface Sides {
  baseline: string;
  candidate: string;
}

export interface Pair {
  baseline: PairRun;
  candidate: PairRun;
  /** Relative change of the energy from the baseline to the candidate; null where it is not defined. */
  energyChange: number | null;
  latencyChange: number | null;
}

export interface Pairs {
  /** By change, the greatest saving first. */
  pairs: readonly Pair[];
  /** Number of configurations with runs on one of the two GPU models only, within the deadline. */
  unmatched: number;
  /** Numbers of pairs by the sign of the change of energy. */
  decreased: number;
  unchanged: number;
  increased: number;
  /** Median relative change of energy; null without pairs. */
  median: number | null;
  digest: string;
}

export interface PairsChoice {
  shell: Shell;
  task: Task;
  measures: TaskMeasures;
  filters: Filters;
  deadline: number | null;
  sides: Sides;
  stability: StabilityChoice;
}

/** Document and variables of the pairs of a task. */
export function pairsQuery({ shell, task, measures, filters, deadline, sides, stability }: PairsChoice) {
  const where = withinDeadline(whereOf(shell, task, filters), measures.latency, deadline);
  if (tableOf(task) === 'diffusion') return { document: GpusDiffusionDocument, variables: { where, ...sides } } as const;
  return {
    document: GpusDocument,
    variables: {
      where,
      stability: stability.toUpperCase() as MLEnergyStability,
      ...sides,
      energy: measures.energy.enumValue as LLMRunMetric,
      latency: measures.latency.enumValue as LLMRunMetric,
    },
  } as const;
}

/** Load the pairs of a task. Throws GraphError where the server refuses, such as an unknown GPU model. */
export async function loadPairs(choice: PairsChoice, signal: AbortSignal): Promise<Pairs> {
  const query = pairsQuery(choice);
  const { data, errors, requestId } =
    query.document === GpusDocument
      ? await request(query.document, query.variables, { signal })
      : await request(query.document as typeof GpusDiffusionDocument, query.variables, { signal });
  const runs = 'llmRuns' in data ? data.llmRuns : data.diffusionRuns;
  if (!runs) {
    const [error] = errors;
    const { code, nearest } = error?.extensions ?? {};
    const suggestions = Array.isArray(nearest) ? nearest.map(String) : [];
    throw new GraphError(error?.message ?? 'The response has no runs.', typeof code === 'string' ? code : null, requestId, suggestions);
  }
  return pairsOf(runs, choice.measures);
}

function pairsOf({ digest, pairs: answer }: LLMPairs | DiffusionPairs, { energy, latency }: TaskMeasures): Pairs {
  const pairs = answer.pairs.map(({ baseline, candidate, changes }): Pair => {
    const changeOf = ({ enumValue }: Measure) => changes.find(({ metric }) => metric === enumValue)?.relativeChange ?? null;
    return { baseline, candidate, energyChange: changeOf(energy), latencyChange: changeOf(latency) };
  });
  const summary = answer.summary.find(({ metric }) => metric === energy.enumValue);
  return {
    pairs: pairs.sort((one, other) => (one.energyChange ?? Infinity) - (other.energyChange ?? Infinity)), // stable: equal ones stay by key
    unmatched: answer.unmatched,
    decreased: summary?.decreased ?? 0,
    unchanged: summary?.unchanged ?? 0,
    increased: summary?.increased ?? 0,
    median: summary?.median ?? null,
    digest,
  };
}

/** Value of a measure for a run of a pair, in the unit on screen; NaN if the run has none. */
export function pairValue(measure: Measure, run: PairRun): number {
  const value = (run as Readonly<Record<string, unknown>>)[measure.field];
  return typeof value === 'number' ? value * measure.factor : NaN;
}

function withinDeadline(where: Where, { field, factor }: Measure, deadline: number | null): Record<string, unknown> {
  if (deadline === null) return where;
  const condition = { [field]: { lte: deadline / factor } };
  return field in where ? { and: [where, condition] } : { ...where, ...condition };
}
