// Configurations of a model's runs that a sweep does not mix: resolution, steps, frames and precision.
import type { Filter, Filters } from '../state/filters';
import { counted } from './format';
import { fieldOf, type Run } from './runs';
import type { RunTable } from './shell';

export interface Configuration {
  /** Identifies the configuration among those of the model. */
  key: string;
  /** `1,024 × 1,024 pixels, 40 steps`. */
  label: string;
  runCount: number;
  /** Filters that admit this configuration of the model only. */
  filters: Filters;
}

/** Columns of a configuration, with the field of each. */
const COLUMNS: Readonly<Record<RunTable, readonly (readonly [column: string, field: string])[]>> = {
  llm: [['weight_precision', 'weightPrecision']],
  diffusion: [
    ['height', 'height'],
    ['width', 'width'],
    ['inference_steps', 'inferenceSteps'],
    ['num_frames', 'numFrames'],
    ['weight_precision', 'weightPrecision'],
  ],
};

/** Configurations of the runs, the most frequent first, then by key. */
export function configurationsOf(runs: readonly Run[], table: RunTable): readonly Configuration[] {
  const counts = new Map<string, { run: Run; runCount: number }>();
  for (const run of runs) {
    const key = configurationKey(run, table);
    const known = counts.get(key);
    if (known) known.runCount += 1;
    else counts.set(key, { run, runCount: 1 });
  }
  return [...counts]
    .map(([key, { run, runCount }]) => ({ key, label: labelOf(run), runCount, filters: filtersOf(run, table) }))
    .sort((one, other) => other.runCount - one.runCount || (one.key < other.key ? -1 : 1));
}

export function configurationKey(run: Run, table: RunTable): string {
  return COLUMNS[table].map(([, field]) => String(fieldOf(run, field) ?? '')).join(' ');
}

/** The filters without those of the columns of a configuration. */
export function withoutConfiguration(filters: Filters, table: RunTable): Filters {
  const own = new Set(COLUMNS[table].map(([column]) => column));
  return Object.fromEntries(Object.entries(filters).filter(([column]) => !own.has(column)));
}

function filtersOf(run: Run, table: RunTable): Filters {
  const entries = COLUMNS[table].flatMap(([column, field]): [string, Filter][] => {
    const value = fieldOf(run, field);
    return value === null || value === undefined ? [] : [[column, { in: [String(value)] }]];
  });
  return Object.fromEntries(entries);
}

function labelOf(run: Run): string {
  const parts = [
    'height' in run && run.height && run.width ? `${counted(run.width)} × ${counted(run.height)} pixels` : null,
    'inferenceSteps' in run && run.inferenceSteps ? `${counted(run.inferenceSteps)} steps` : null,
    'numFrames' in run && run.numFrames ? `${counted(run.numFrames)} frames` : null,
    run.weightPrecision,
  ];
  return parts.filter((part) => part !== null && part !== '').join(', ');
}
