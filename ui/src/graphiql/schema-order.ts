// Order of the documentation panel: our types and fields first, those of federation and introspection last.
import { type GraphQLNamedType, type GraphQLSchema, isEnumType, isInputObjectType, isScalarType, isSpecifiedScalarType } from 'graphql';

const FOREIGN = /^(_|link__|federation__)/;

/**
 * Order the types of a schema, and the fields of its root type, in place: the panel shows them in the order of these
 * objects, and graphql-js has no parameter for it.
 */
export function orderForReaders(schema: GraphQLSchema): void {
  const types = schema.getTypeMap();
  reorder(types, Object.values(types).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)));
  const fields = schema.getQueryType()?.getFields();
  if (fields) reorder(fields, Object.values(fields).sort((a, b) => foreign(a.name) - foreign(b.name)));
}

function foreign(name: string): number {
  return FOREIGN.test(name) ? 1 : 0;
}

/** Objects, interfaces and unions first, then enums, inputs, scalars, built-in scalars, and what federation adds. */
function rank(type: GraphQLNamedType): number {
  if (foreign(type.name)) return 5;
  if (isSpecifiedScalarType(type)) return 4;
  if (isScalarType(type)) return 3;
  if (isInputObjectType(type)) return 2;
  return isEnumType(type) ? 1 : 0;
}

function reorder<Named extends { name: string }>(record: Record<string, Named>, ordered: readonly Named[]): void {
  for (const { name } of ordered) delete record[name];
  for (const each of ordered) record[each.name] = each;
}
