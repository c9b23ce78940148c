// Order of the rows: by one column, as the server orders them, or in the order in which the runs are loaded.
import { byId, fieldOf, type Run } from '../../data/runs';

export interface Sort {
  /** Name of a column of the dataset. */
  column: string;
  isDescending: boolean;
}

export function parseSort(sort: string | undefined): Sort | null {
  if (sort === undefined) return null;
  const isDescending = sort.startsWith('-');
  return { column: isDescending ? sort.slice(1) : sort, isDescending };
}

/** The next order on clicks on a header: ascending, descending, none. */
export function nextSort(sort: Sort | null, column: string): string | undefined {
  if (sort?.column !== column) return column;
  return sort.isDescending ? undefined : `-${column}`;
}

/** Runs by the value of a field; nulls last in both directions, equal values by id, as on the server. */
export function sorted(runs: readonly Run[], field: string, isDescending: boolean): readonly Run[] {
  const sign = isDescending ? -1 : 1;
  return runs
    .map((run) => ({ run, value: fieldOf(run, field) ?? null }))
    .sort((one, other) => {
      if (one.value === null || other.value === null) {
        return Number(one.value === null) - Number(other.value === null) || byId(one.run, other.run);
      }
      return sign * compare(one.value, other.value) || byId(one.run, other.run);
    })
    .map(({ run }) => run);
}

/** Numbers by size, false before true, texts by code points. */
function compare(one: unknown, other: unknown): number {
  const [left, right] = [one, other] as [number, number]; // the values of a field are of one type
  return left < right ? -1 : left > right ? 1 : 0;
}
