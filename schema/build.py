"""Builds the schema: types, federation directives, and the row-by-row executor behind `schema.execute`."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLObjectType, GraphQLUnionType
from strawberry.federation.schema_directives import Cost, FederationDirective

from execution.strawberry_internals import core_schema
from resolvers.context import Limits
from schema.cardinalities import add_cardinalities
from schema.field_directives import FieldDirectives, GraphSchema
from schema.list_sizes import list_sizes
from schema.names import PREFIX, wire_name
from schema.query import DESCRIPTION, Query, nested_query
from tables.dataset import Dataset
from tables.row_set import RowSet

_DEFAULT_LIMITS = Limits()
_WEIGHTS: Mapping[tuple[str, str], int] = {}


def build_schema(*, root_field: str | None = None) -> GraphSchema:
    """Return the schema without figures of a dataset: the same in every process, as in `schema/schema.graphql`.

    Args:
        root_field: Name of a field that nests all fields of the root; None leaves them at the root.
    """
    return _build(Query if root_field is None else nested_query(root_field), {})


def build_served_schema(
    dataset: Dataset,
    *,
    limits: Limits = _DEFAULT_LIMITS,
    root_field: str | None = None,
    weights: Mapping[tuple[str, str], int] = _WEIGHTS,
) -> GraphSchema:
    """Return the schema of a server, whose SDL gives gateways the sizes of lists and the costs of fields.

    Args:
        dataset: The dataset, which decides the sizes of lists.
        limits: Limits of a request, with the size of a default page.
        root_field: Name of a field that nests all fields of the root; None leaves them at the root.
        weights: Cost of fields by the names of type and field, in units of one object.

    Raises:
        ValueError: A weight belongs to no field.
    """
    query = Query if root_field is None else nested_query(root_field)
    plain = core_schema(_build(query, {}))
    directives: dict[tuple[str, str], tuple[FederationDirective, ...]] = defaultdict(tuple)
    for (parent, field), weight in weights.items():
        kind = plain.type_map.get(parent)
        if not isinstance(kind, GraphQLObjectType) or field not in kind.fields:
            raise ValueError(f"{parent}.{field} has a weight, but is not a field of the schema")
        directives[parent, field] += (Cost(weight=weight),)
    for coordinate, size in list_sizes(plain, dataset, limits).items():
        directives[coordinate] += (size,)
    return _build(query, dict(directives))


def _build(query: type, directives: FieldDirectives) -> GraphSchema:
    schema = GraphSchema(query, directives)
    core_schema(schema).description = DESCRIPTION  # Strawberry has no argument for it
    add_cardinalities(core_schema(schema), root_names=("Query", f"{PREFIX}Query"))
    entity = core_schema(schema).type_map[
        "_Entity"
    ]  # Strawberry resolves a union by Python class, which rows do not have
    if isinstance(entity, GraphQLUnionType):
        entity.resolve_type = lambda value, _info, _union: _type_name(value)
    return schema


def _type_name(value: Any) -> str:
    return wire_name(value.table.name if isinstance(value, RowSet) else "Dataset")
