// Loading of what the raw file of a run has: the timeline of a metric, and distributions; with the reason where it lacks them.
import { request } from '../../../graph/client';
import { DistributionsDocument, type DistributionsQuery, type MLEnergyTimelineMetric, PowerDocument, type PowerQuery } from '../../../graph/generated';
import { METRIC_NAMES, type MetricName } from '../../charts/power/metrics';
import type { Timeline } from '../../charts/power/timeline';

type SteadyFigures = NonNullable<Extract<NonNullable<PowerQuery['run']>, { __typename: 'LLMRun' }>['steady']>;
type Latencies = NonNullable<DistributionsQuery['llmRun']>['interTokenLatencies'];
type Lengths = NonNullable<DistributionsQuery['llmRun']>['outputLengths'];

/** A value of the raw file, or why there is none. */
export interface Available<Value> {
  value: Value | null;
  reason: Reason | null;
}

export interface Reason {
  text: string;
  /** Code of the error; null where the dataset contains no raw file. A retry may help only with a code. */
  code: string | null;
}

export interface Curves {
  timeline: Available<Timeline>;
  /** Figures of the steady state; none for diffusion runs. */
  steady: Available<SteadyFigures> | null;
  /** Metrics that the raw file has. */
  metrics: readonly MetricName[];
}

type Errors = Awaited<ReturnType<typeof request>>['errors'];

/**
 * Load the timeline of a metric.
 * @param maxPoints Most points of the curve; null for all samples.
 */
export async function loadCurves(id: string, metric: MetricName, maxPoints: number | null, signal: AbortSignal, refresh: boolean): Promise<Curves> {
  const variables = { id, metric: metric.toUpperCase() as MLEnergyTimelineMetric, maxPoints };
  const { data, errors } = await request(PowerDocument, variables, { signal, refresh });
  const { run } = data;
  if (run === null) throw new Error(errors[0]?.message ?? 'The response has no run.');
  return {
    timeline: available(run.timeline, run.timelineUnavailableBecause, errors, 'timeline'),
    steady: run.__typename === 'LLMRun' ? available(run.steady, run.timelineUnavailableBecause, errors, 'steady') : null,
    metrics: METRIC_NAMES.filter((name) => run.timeline !== null && run[name] === null),
  };
}

export interface Distributions {
  latencies: Available<NonNullable<Latencies>>;
  lengths: Available<NonNullable<Lengths>>;
}

/** Load the distributions of a run of a language model. */
export async function loadDistributions(id: string, signal: AbortSignal, refresh: boolean): Promise<Distributions> {
  const { data, errors } = await request(DistributionsDocument, { id }, { signal, refresh });
  const run = data.llmRun;
  if (run === null) throw new Error(errors[0]?.message ?? 'The response has no run.');
  return {
    latencies: available(run.interTokenLatencies, run.interTokenLatenciesUnavailableBecause, errors, 'interTokenLatencies'),
    lengths: available(run.outputLengths, run.outputLengthsUnavailableBecause, errors, 'outputLengths'),
  };
}

function available<Value>(value: Value | null, because: string | null, errors: Errors, field: string): Available<Value> {
  if (value !== null) return { value, reason: null };
  const error = errors.find(({ path }) => path?.at(-1) === field || path?.includes(field));
  const code = error?.extensions?.['code'];
  return { value, reason: { text: error?.message ?? because ?? 'the response has no value', code: typeof code === 'string' ? code : null } };
}
