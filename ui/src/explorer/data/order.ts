// Order of the rows of a table by one column, as the server orders them.

export interface Sort {
  /** Name of a column. */
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

/** Rows by a value; nulls last in both directions, equal values by id, as on the server. */
export function ordered<Row>(
  rows: readonly Row[],
  isDescending: boolean,
  { value: valueIn, id: idIn }: { value: (row: Row) => unknown; id: (row: Row) => string },
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: valueIn(row) ?? null, id: idIn(row) }))
    .sort((one, other) => {
      if (one.value === null || other.value === null) {
        return Number(one.value === null) - Number(other.value === null) || compare(one.id, other.id);
      }
      return sign * compare(one.value, other.value) || compare(one.id, other.id);
    })
    .map(({ row }) => row);
}

/** Numbers by size, false before true, texts by code points. */
function compare(one: unknown, other: unknown): number {
  const [left, right] = [one, other] as [number, number]; // the values of a column are of one type
  return left < right ? -1 : left > right ? 1 : 0;
}
