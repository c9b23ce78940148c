// The measures that charts and tables show: field of a run, name, unit, and the factor from the field to the unit.
import type { EnergyUnit, LatencyStatistic } from '../state/parameters';
import { numberOf, type Run } from './runs';
import { tableOf, type Task } from './shell';

export interface Measure {
  /** Column of the dataset, which filters and sort orders are named after. */
  column: string;
  /** Field of the graph. */
  field: string;
  /** Value of the enum of the graph's columns, such as `MEDIAN_ITL_MS`. */
  enumValue: string;
  /** Name in an axis title: `Median inter-token latency`. */
  name: string;
  /** Name in a table header: `Median ITL`. */
  shortName: string;
  /** Unit on screen: `ms`, `J/token`, `kJ/video`. */
  unit: string;
  /** Factor from the value of the field to the unit on screen. */
  factor: number;
  better: 'lower' | 'higher' | null;
}

export interface TaskMeasures {
  latency: Measure;
  energy: Measure;
  batch: Measure;
  throughput: Measure;
  /** Share of the GPUs' TDP, in percent. */
  power: Measure;
}

const LATENCY_NAMES: Record<LatencyStatistic, [name: string, shortName: string, field: string]> = {
  p50: ['Median inter-token latency', 'Median ITL', 'medianItlMs'],
  p90: ['90th percentile of the inter-token latency', 'p90 ITL', 'p90ItlMs'],
  p95: ['95th percentile of the inter-token latency', 'p95 ITL', 'p95ItlMs'],
  p99: ['99th percentile of the inter-token latency', 'p99 ITL', 'p99ItlMs'],
};

export interface MeasureChoice {
  latency?: LatencyStatistic | undefined;
  energy?: EnergyUnit | undefined;
}

/** Measures of a task's runs. */
export function measuresOf(task: Task, choice: MeasureChoice = {}): TaskMeasures {
  return tableOf(task) === 'llm' ? llmMeasures(choice) : diffusionMeasures(task);
}

/** Value of a measure for a run, in the unit on screen; NaN if the run has none. */
export function valueOf(measure: Measure, run: Run): number {
  return numberOf(run, measure.field) * measure.factor;
}

function llmMeasures({ latency = 'p50', energy = 'token' }: MeasureChoice): TaskMeasures {
  const [name, shortName, field] = LATENCY_NAMES[latency];
  return {
    latency: measure(field, name, shortName, 'ms', 'lower'),
    energy:
      energy === 'token'
        ? measure('energyPerTokenJoules', 'Energy per token', 'Energy', 'J/token', 'lower')
        : measure('energyPerRequestJoules', 'Energy per response', 'Energy', 'J/response', 'lower'),
    batch: measure('maxNumSeqs', 'Maximum batch size', 'Max. batch', 'sequences', null),
    throughput: measure('outputThroughputTokensPerSec', 'Output throughput', 'Throughput', 'token/s', 'higher'),
    power: POWER,
  };
}

function diffusionMeasures({ name }: Task): TaskMeasures {
  const [thing, energyUnit, factor] =
    name === 'text-to-video' ? ['video', 'kJ/video', 1e-3] : name === 'text-to-image' ? ['image', 'J/image', 1] : ['generation', 'J/generation', 1];
  return {
    latency: measure('batchLatencyS', 'Batch latency', 'Latency', 's', 'lower'),
    energy: { ...measure('energyPerGenerationJoules', `Energy per ${thing}`, 'Energy', energyUnit, 'lower'), factor },
    batch: measure('batchSize', 'Batch size', 'Batch', `${thing}s`, null),
    throughput: measure('throughputGenerationsPerSec', 'Throughput', 'Throughput', `${thing}/s`, 'higher'),
    power: POWER,
  };
}

const POWER: Measure = {
  ...measure('powerUtilization', 'Power', 'Power', '% of GPUs × TDP', null),
  factor: 100,
};

function measure(field: string, name: string, shortName: string, unit: string, better: Measure['better']): Measure {
  const column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return { column, field, enumValue: column.toUpperCase(), name, shortName, unit, factor: 1, better };
}
