// Columns of the table of runs: those of the dataset, with the units on screen, and which are shown by default.
import { counted, full, measured } from '../../data/format';
import { type Measure, measuresOf, type TaskMeasures } from '../../data/measures';
import { fieldOf, type Run } from '../../data/runs';
import { type Column, type Shell, tableOf, type Task } from '../../data/shell';
import { nameOf, titleOf } from '../../filters/labels';
import type { ViewState } from '../../state/parameters';

export interface RunColumn {
  name: string;
  field: string;
  title: string;
  /** Unit on screen; null where the title states it. */
  unit: string | null;
  /** Factor from the value of the field to the unit on screen. */
  factor: number;
  isNumber: boolean;
  column: Column;
}

/** The column that every row begins with. */
export const FIRST_COLUMN = 'nickname';

/** Headers that are shorter than the name in a sentence. */
const HEADERS: Readonly<Record<string, string>> = { nickname: 'Model', model_id: 'Model id', num_gpus: 'GPUs' };

const GROUPS: readonly (readonly [group: string, belongs: (column: Column) => boolean])[] = [
  ['Model', ({ name, unit }) => /^(model_id|nickname|architecture|weight_precision)$/.test(name) || unit === '10⁹ parameters'],
  ['GPUs & batch', ({ name, unit }) => name === 'gpu_model' || name === 'num_gpus' || unit === 'sequences' || unit === 'generations'],
  ['Energy & power', ({ unit }) => unit !== null && /^(J|W)\b/.test(unit)],
  ['Latency', ({ name }) => /_itl_|latency/.test(name)],
  ['Throughput', ({ name }) => name.includes('throughput')],
  ['Requests & output', ({ unit }) => unit !== null && /^(token|request|pixels|frames|steps)/.test(unit)],
  ['Steady state', ({ name }) => /stable|steady/.test(name)],
  ['Files', ({ name }) => name.endsWith('_path')],
];
const OTHER_GROUP = 'Configuration';

/** All columns of the task's table. */
export function columnsOf(shell: Shell, task: Task): readonly RunColumn[] {
  const measures = measuresByColumn(task);
  return shell.dataset.columns
    .filter(({ table }) => table === tableOf(task))
    .map((column) => {
      const measure = measures.get(column.name);
      return {
        name: column.name,
        field: column.field,
        title: HEADERS[column.name] ?? titleOf(column.name),
        unit: measure?.unit ?? (isStated(column) ? null : column.unit),
        factor: measure?.factor ?? 1,
        isNumber: column.type === 'int' || column.type === 'float',
        column,
      };
    });
}

/** Columns by group, in the groups' order, the dataset's order within. */
export function grouped(columns: readonly RunColumn[]): readonly (readonly [group: string, columns: readonly RunColumn[]])[] {
  const groupOf = ({ column }: RunColumn) => GROUPS.find(([, belongs]) => belongs(column))?.[0] ?? OTHER_GROUP;
  return [...GROUPS.map(([group]) => group), OTHER_GROUP]
    .map((group) => [group, columns.filter((column) => groupOf(column) === group)] as const)
    .filter(([, ofGroup]) => ofGroup.length > 0);
}

/** Names of the columns that a URL without `cols` shows; the measures first, since phones show few columns at a time. */
export function defaultColumns(task: Task, state: Pick<ViewState, 'latency' | 'energy'>): readonly string[] {
  const { latency, energy, batch, throughput } = measuresOf(task, state);
  const configured =
    tableOf(task) === 'llm'
      ? ['p99_itl_ms', 'avg_output_len', 'weight_precision', 'architecture']
      : ['height', 'width', 'inference_steps', 'num_frames', 'ulysses_degree', 'ring_degree'];
  const measured = [batch, latency, energy, throughput].map(({ column }) => column);
  return [...new Set(['gpu_model', 'num_gpus', ...measured, 'avg_power_watts', ...configured])];
}

/** A value as text; null for none. */
export function cellText({ isNumber, factor, column }: RunColumn, run: Run): string | null {
  const value = fieldOf(run, column.field);
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!isNumber || typeof value !== 'number') return String(value);
  return column.type === 'int' ? counted(value) : measured(value * factor);
}

/** All digits, in the unit of the dataset. */
export function cellTitle({ isNumber, column }: RunColumn, run: Run): string | undefined {
  const value = fieldOf(run, column.field);
  if (!isNumber || typeof value !== 'number') return value ? String(value) : undefined;
  return `${full(value)}${column.unit === null ? '' : ` ${column.unit}`}`;
}

/** Units on screen of the measures; columns that are no measure have the dataset's. */
function measuresByColumn(task: Task): ReadonlyMap<string, Measure> {
  const choices: TaskMeasures[] = [
    measuresOf(task),
    measuresOf(task, { latency: 'p90', energy: 'request' }),
    measuresOf(task, { latency: 'p95' }),
    measuresOf(task, { latency: 'p99' }),
  ];
  return new Map(choices.flatMap(({ latency, energy, throughput }) => [latency, energy, throughput]).map((measure) => [measure.column, measure]));
}

/** Whether the title contains the unit: `Number of GPUs`, `Denoising steps`. */
function isStated({ name, unit }: Column): boolean {
  return unit !== null && (nameOf(name).includes(unit) || unit === 'sequences' || unit === 'generations');
}
