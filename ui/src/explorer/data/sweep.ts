// Batch size sweeps of one model and task: a line per GPU model and number of GPUs, and what each line says.
import { counted } from './format';
import { type TaskMeasures, valueOf } from './measures';
import { byId, gpusOf, type Run } from './runs';

/** Runs of one GPU model and number of GPUs by batch size. */
export interface SweepLine {
  /** GPUs, such as `1×B200`. */
  name: string;
  gpuModel: string;
  numGpus: number;
  /** All drawn runs, by batch size, then energy. */
  runs: readonly Run[];
  /** The run with the least energy at each batch size. */
  line: readonly Run[];
  /** The run with the least energy. */
  least: Run;
}

export type Trend =
  | { kind: 'falling'; largest: number }
  | { kind: 'flat'; from: number; largest: number }
  | { kind: 'rising'; lowest: number; largest: number }
  /** Too few batch sizes for a trend. */
  | { kind: 'few'; batches: readonly number[] };

type SweepMeasures = Pick<TaskMeasures, 'energy' | 'batch'>;

/** Energy within this share of the minimum counts as flat. */
const FLAT = 0.05;
const FEWEST_BATCHES = 3;

/**
 * Lines of a model's runs, by GPU model and number of GPUs. Runs without a positive energy are left out, since the axis
 * is logarithmic.
 * @param oneSplit Whether, of the runs at one batch size, only those with the parallelism of the least energy are drawn.
 */
export function sweepOf(runs: readonly Run[], measures: SweepMeasures, { oneSplit }: { oneSplit: boolean }): readonly SweepLine[] {
  const drawable = runs.filter((run) => valueOf(measures.energy, run) > 0 && valueOf(measures.batch, run) > 0);
  const groups = grouped(drawable, gpusOf);
  const lines = [...groups].map(([name, ofLine]) => lineOf(name, ofLine, measures, oneSplit));
  return lines.sort((one, other) => compareText(one.gpuModel, other.gpuModel) || one.numGpus - other.numGpus);
}

function lineOf(name: string, runs: readonly Run[], { energy, batch }: SweepMeasures, oneSplit: boolean): SweepLine {
  const byEnergy = (one: Run, other: Run) => valueOf(energy, one) - valueOf(energy, other) || byId(one, other);
  const batches = [...grouped(runs, (run) => valueOf(batch, run))].sort(([one], [other]) => one - other);
  const drawn: Run[] = [];
  const line: Run[] = [];
  for (const [, atBatch] of batches) {
    const sorted = [...atBatch].sort(byEnergy);
    const best = sorted[0] as Run;
    line.push(best);
    drawn.push(...(oneSplit ? sorted.filter(({ parallelism }) => parallelism === best.parallelism) : sorted));
  }
  const least = [...line].sort(byEnergy)[0] as Run;
  return { name, gpuModel: least.gpuModel, numGpus: least.numGpus, runs: drawn, line, least };
}

/** Whether the energy of a line rises before its largest batch size, is flat earlier, or still falls there. */
export function trendOf({ line }: SweepLine, { energy, batch }: SweepMeasures): Trend {
  const points = line.map((run) => ({ batch: valueOf(batch, run), energy: valueOf(energy, run) }));
  const last = points.at(-1);
  if (points.length < FEWEST_BATCHES || last === undefined) return { kind: 'few', batches: points.map((point) => point.batch) };
  const minimum = Math.min(...points.map((point) => point.energy));
  const lowest = points.find((point) => point.energy === minimum) ?? last;
  if (last.energy > minimum) return { kind: 'rising', lowest: lowest.batch, largest: last.batch };
  const isAbove = (point: { energy: number }) => point.energy > minimum * (1 + FLAT);
  const from = points.find((_, index) => !points.slice(index).some(isAbove)) ?? last;
  if (from.batch < last.batch) return { kind: 'flat', from: from.batch, largest: last.batch };
  return { kind: 'falling', largest: last.batch };
}

/** What a line says, as a sentence: `1×B200: still falling at batch 3,072, the largest measured.` */
export function trendSentence(line: SweepLine, measures: SweepMeasures): string {
  const trend = trendOf(line, measures);
  switch (trend.kind) {
    case 'falling':
      return `${line.name}: still falling at batch ${counted(trend.largest)}, the largest measured.`;
    case 'flat':
      return `${line.name}: within 5% of its minimum from batch ${counted(trend.from)}.`;
    case 'rising':
      return `${line.name}: lowest at batch ${counted(trend.lowest)}; higher at ${counted(trend.largest)}.`;
    case 'few':
      return `${line.name}: measured at ${batchesText(trend.batches)} only.`;
  }
}

/** The line that uses the least energy. */
export function bestLine(lines: readonly SweepLine[], { energy }: SweepMeasures): SweepLine | undefined {
  const value = (line: SweepLine) => valueOf(energy, line.least);
  return lines.reduce<SweepLine | undefined>((best, line) => (best === undefined || value(line) < value(best) ? line : best), undefined);
}

/** The answer of a sweep, from the line that uses the least energy. */
export function sweepHeadline(line: SweepLine, measures: SweepMeasures): string {
  const trend = trendOf(line, measures);
  const { name } = measures.energy;
  const start = `${line.least.nickname} on ${line.name}: ${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  switch (trend.kind) {
    case 'falling':
      return `${start} still falls at batch ${counted(trend.largest)}, the largest measured.`;
    case 'flat':
      return `${start} is within 5% of its minimum from batch ${counted(trend.from)}.`;
    case 'rising':
      return `${start} is lowest at batch ${counted(trend.lowest)} and higher at ${counted(trend.largest)}.`;
    case 'few':
      return `${start} was measured at ${batchesText(trend.batches)} only.`;
  }
}

function batchesText(batches: readonly number[]): string {
  return `${batches.length === 1 ? 'batch' : 'batches'} ${batches.map(counted).join(' and ')}`;
}

function grouped<Key>(runs: readonly Run[], keyOf: (run: Run) => Key): Map<Key, Run[]> {
  const groups = new Map<Key, Run[]>();
  for (const run of runs) {
    const key = keyOf(run);
    const group = groups.get(key);
    if (group) group.push(run);
    else groups.set(key, [run]);
  }
  return groups;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
