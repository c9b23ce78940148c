// Comparison of an answer with the numbers on screen: ids, order, and every value, unrounded.
import type { TakeAway, TakenRow } from './contract';

export interface Agreement {
  /** Number of compared values, ids included. */
  values: number;
  /** First difference, as a sentence; null if there is none. */
  difference: string | null;
}

export function compareWithScreen(takeAway: TakeAway, data: unknown): Agreement {
  const { shown, keys, isOrdered } = takeAway;
  const answered = answeredRows(takeAway, data);
  if (answered === null) return { values: 0, difference: 'The answer has no rows.' };
  if (shown.length !== answered.length) {
    return { values: 0, difference: `The answer has ${answered.length} rows, the screen ${shown.length}.` };
  }
  const keyOf = (row: TakenRow) => JSON.stringify(keys.map((key) => row[key]));
  const byKey = new Map(answered.map((row) => [keyOf(row), row]));
  let values = 0;
  for (const [index, row] of shown.entries()) {
    const other = isOrdered ? answered[index] : byKey.get(keyOf(row));
    if (other === undefined || keyOf(other) !== keyOf(row)) {
      return { values, difference: `Row ${index + 1} of the screen is ${keyOf(row)}, of the answer ${other ? keyOf(other) : 'missing'}.` };
    }
    for (const [field, value] of Object.entries(row)) {
      if ((other[field] ?? null) !== (value ?? null)) {
        return { values, difference: `${field} of row ${index + 1} is ${String(value)} on screen, ${String(other[field])} in the answer.` };
      }
      values += 1;
    }
  }
  return { values, difference: null };
}

/** The rows, or null where the answer lacks them. */
function answeredRows(takeAway: TakeAway, data: unknown): readonly TakenRow[] | null {
  try {
    return takeAway.answered(data);
  } catch {
    return null; // a field on the way to them is null
  }
}

/** The first member named `digest`, outermost first. */
export function digestIn(data: unknown): string | null {
  let level: unknown[] = [data];
  while (level.length > 0) {
    const objects = level.filter((each): each is Record<string, unknown> => typeof each === 'object' && each !== null);
    const found = objects.map((each) => each['digest']).find((digest) => typeof digest === 'string');
    if (typeof found === 'string') return found;
    level = objects.flatMap((each) => Object.values(each));
  }
  return null;
}

/** The value at a path of members, such as `llmRuns.bestRuns.nodes`. */
export function at(data: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], data);
}

/** The list of objects at a path, with the members of nested objects by path. */
export function rowsAt(data: unknown, path: string): readonly TakenRow[] {
  return (at(data, path) as readonly TakenRow[]).map((row) => flattened(row));
}

/** Members of an object, those of nested objects by path; lists stay. */
export function flattened(row: TakenRow, prefix = ''): TakenRow {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(flattened(value as TakenRow, `${prefix}${name}.`))
        : [[`${prefix}${name}`, value]],
    ),
  );
}
