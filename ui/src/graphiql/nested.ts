// Documents for servers that nest all fields of the root under one (`--root-field`).
import { Kind, parse } from 'graphql';

/** Return the document with the selection of each operation nested in a field; comments and layout stay. */
export function nestedIn(field: string, query: string): string {
  let nested = query;
  // From the end, so that the earlier positions still hold.
  for (const definition of [...parse(query).definitions].reverse()) {
    const range = definition.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.loc : undefined;
    if (range === undefined) continue;
    const selection = nested.slice(range.start, range.end).replaceAll('\n', '\n  ');
    nested = `${nested.slice(0, range.start)}{\n  ${field} ${selection}\n}${nested.slice(range.end)}`;
  }
  return nested;
}
