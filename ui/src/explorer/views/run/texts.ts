// Sentences about a run: its headline, and its facts with units.
import { counted, measured } from '../../data/format';
import { type Measure, measuresOf, type TaskMeasures, valueOf } from '../../data/measures';
import { gpusOf, type Run } from '../../data/runs';
import type { Task } from '../../data/shell';
import type { ViewState } from '../../state/parameters';
import type { RunFacts } from './loadRun';

/** The facts have all fields that measures read. */
export function valueIn(measure: Measure, run: RunFacts): number {
  return valueOf(measure, run as unknown as Run);
}

/** `Qwen 3 8B on 1×B200 at batch 128: 0.173 J per token, median ITL 47.6 ms.` */
export function headlineOf(run: RunFacts, { energy, latency, batch }: TaskMeasures): string {
  const [unit, per] = energy.unit.split('/');
  const joules = valueIn(energy, run);
  const time = valueIn(latency, run);
  const energyText = Number.isNaN(joules) ? 'energy not available' : `${measured(joules)} ${unit} per ${per}`;
  const name = run.__typename === 'LLMRun' ? lowered(latency.shortName) : 'batch latency';
  const timeText = Number.isNaN(time) ? `${name} not available` : `${name} ${measured(time)} ${latency.unit}`;
  return `${run.nickname} on ${gpusOf(run)} at batch ${counted(valueIn(batch, run))}: ${energyText}, ${timeText}.`;
}

export interface Fact {
  name: string;
  text: string;
}

/** Measured figures and the main settings of a run. */
export function factsOf(run: RunFacts, task: Task, state: ViewState): readonly Fact[] {
  const { energy, latency, throughput } = measuresOf(task, state);
  const of = (measure: Measure): Fact => fact(measure.name, valueIn(measure, run), measure.unit);
  const share = run.powerUtilization === null ? null : run.powerUtilization * 100;
  const shared = [fact('Average power', run.avgPowerWatts, 'W'), { name: 'Share of GPUs × TDP', text: share === null ? '–' : `${measured(share)}%` }, { name: 'Weights', text: run.weightPrecision }, { name: 'Parallelism', text: run.parallelism || 'none' }];
  if (run.__typename === 'DiffusionRun') {
    const output = `${run.width} × ${run.height} pixels${run.numFrames === null ? '' : `, ${counted(run.numFrames)} frames`}`;
    return [of(energy), of(latency), of(throughput), { name: 'Output', text: output }, { name: 'Denoising steps', text: counted(run.inferenceSteps) }, ...shared];
  }
  return [
    fact('Energy per token', run.energyPerTokenJoules, 'J'),
    fact('Energy per response', run.energyPerRequestJoules, 'J'),
    fact('Median ITL', run.medianItlMs, 'ms'),
    fact('p90 ITL', run.p90ItlMs, 'ms'),
    fact('p95 ITL', run.p95ItlMs, 'ms'),
    fact('p99 ITL', run.p99ItlMs, 'ms'),
    of(throughput),
    fact('Achieved batch', run.avgBatchSize, 'sequences'),
    fact('Steady state', run.steadyStateDurationSeconds, 's'),
    ...shared,
  ];
}

function fact(name: string, value: number | null, unit: string): Fact {
  return { name, text: value === null || Number.isNaN(value) ? '–' : `${measured(value)} ${unit}`.trim() };
}

function lowered(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
