// Facets: the columns that a view offers as filters, with the number of runs of each value.
import { measuresOf } from '../data/measures';
import { filtered } from '../data/ranking';
import { fieldOf, type Run } from '../data/runs';
import { type Column, type Shell, tableOf, type Task } from '../data/shell';
import { type Filters, isRange, passes } from '../state/filters';
import { filterValue, modelNames, valueText } from './labels';

export interface FacetValue {
  value: string;
  text: string;
  /** Number of runs that match with this value and all filters on other columns. */
  count: number;
  isChosen: boolean;
}

export interface ValuesFacet {
  kind: 'values';
  column: Column;
  values: readonly FacetValue[];
}

export interface RangeFacet {
  kind: 'range';
  column: Column;
  /** All values, ascending, where there are few; empty where the bounds are typed. */
  values: readonly number[];
  least: number;
  greatest: number;
}

export type Facet = ValuesFacet | RangeFacet;

export const GPU_COLUMN = 'gpu_model';
/** Most values of a facet. */
export const MOST_VALUES = 24;
/** A column of whole numbers with more values than this is a range. */
const MOST_NUMBERS = 8;

/** Columns that are offered first, in this order; the others follow in the dataset's. */
const FIRST = [
  'num_gpus',
  'max_num_seqs',
  'batch_size',
  'weight_precision',
  'architecture',
  'model_id',
  'height',
  'width',
  'inference_steps',
  'num_frames',
  'fps',
];

const NOT_OFFERED: ReadonlySet<string> = new Set([GPU_COLUMN, 'nickname']);

/** Facets of the loaded columns that distinguish runs, or have a filter. */
export function facetsOf(shell: Shell, task: Task, runs: readonly Run[], filters: Filters): readonly Facet[] {
  const table = tableOf(task);
  const models = modelNames(runs);
  const facets: Facet[] = [];
  for (const column of offered(shell, task, runs)) {
    const values = distinct(runs, column.field);
    const filter = filters[column.name];
    if (values.size < 2 && filter === undefined) continue;
    if (isRangeColumn(column, values.size, measuresOf(task).batch.column)) {
      const numbers = [...values.keys()].map(Number).sort((one, other) => one - other);
      const few = numbers.length <= MOST_VALUES ? numbers : [];
      facets.push({ kind: 'range', column, values: few, least: numbers[0] ?? NaN, greatest: numbers.at(-1) ?? NaN });
    } else if (values.size <= MOST_VALUES || filter !== undefined) {
      const counts = distinct(filtered(runs, without(filters, column.name), shell, table), column.field);
      const chosen = (value: string) => filter !== undefined && passes(filter, values.get(value)?.value ?? value);
      const unknown = filter !== undefined && !isRange(filter) ? filter.in.filter((value) => !values.has(value)) : [];
      facets.push({
        kind: 'values',
        column,
        values: [...sorted(column, [...values.keys()], models), ...unknown].map((value) => ({
          value,
          text: valueText(column, value, models),
          count: counts.get(value)?.count ?? 0,
          isChosen: chosen(value),
        })),
      });
    }
  }
  return facets;
}

/** Filters without that on a column. */
export function without(filters: Filters, name: string): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([other]) => other !== name));
}

/** Filters after a click on a value of a facet: at least one value chosen, or no filter. */
export function toggled(filters: Filters, { column, values }: ValuesFacet, value: string): Filters {
  const chosen = values.filter((each) => (each.value === value ? !each.isChosen : each.isChosen)).map((each) => each.value);
  return chosen.length === 0 ? without(filters, column.name) : { ...filters, [column.name]: { in: chosen } };
}

/** Values of a field with their numbers of runs, nulls excluded, by the text that a filter has for them. */
export function distinct(runs: readonly Run[], field: string): ReadonlyMap<string, { value: unknown; count: number }> {
  const found = new Map<string, { value: unknown; count: number }>();
  for (const run of runs) {
    const text = filterValue(run, field);
    if (text === null) continue;
    const known = found.get(text);
    if (known) known.count += 1;
    else found.set(text, { value: fieldOf(run, field), count: 1 });
  }
  return found;
}

/**
 * Columns of the task's table that are loaded, but for GPU models, which have chips, and model names: values of the
 * model's id are shown by name.
 */
function offered(shell: Shell, task: Task, runs: readonly Run[]): readonly Column[] {
  const [first] = runs;
  if (!first) return [];
  const columns = shell.dataset.columns.filter(
    ({ table, name, field }) => table === tableOf(task) && !NOT_OFFERED.has(name) && fieldOf(first, field) !== undefined,
  );
  const position = ({ name }: Column) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...columns].sort((one, other) => position(one) - position(other)); // stable: the dataset's order otherwise
}

function isRangeColumn({ name, type }: Column, count: number, batchColumn: string): boolean {
  return type === 'float' || (type === 'int' && (name === batchColumn || count > MOST_NUMBERS));
}

function sorted({ type, ...column }: Column, values: readonly string[], models: ReadonlyMap<string, string>): readonly string[] {
  if (type === 'int') return [...values].sort((one, other) => Number(one) - Number(other));
  const text = (value: string) => valueText({ ...column, type }, value, models);
  return [...values].sort((one, other) => text(one).localeCompare(text(other), 'en'));
}
