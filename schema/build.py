"""Builds the schema: types, federation directives, and the row-by-row executor behind `schema.execute`."""

from typing import Any

import strawberry
from graphql import GraphQLUnionType

from execution.row_by_row import RowByRowExecutor
from execution.strawberry_internals import StrawberryConfig, core_schema
from schema.cardinalities import add_cardinalities
from schema.context import ContextOfInfo
from schema.costs import add_costs
from schema.names import PREFIX, WireNames, wire_name
from schema.query import DESCRIPTION, Query, nested_query
from schema.scalars import FINITE_FLOAT
from tables.row_set import RowSet


def build_schema(*, root_field: str | None = None) -> strawberry.federation.Schema:
    """Return the schema.

    Args:
        root_field: Name of a field that nests all fields of the root; None leaves them at the root.
    """
    schema = strawberry.federation.Schema(
        query=Query if root_field is None else nested_query(root_field),
        # The lowest version with @key and @shareable: a composer refuses versions that are newer than itself.
        federation_version="2.0",
        execution_context_class=RowByRowExecutor,
        scalar_overrides={float: FINITE_FLOAT},
        config=StrawberryConfig(name_converter=WireNames(), info_class=ContextOfInfo),
    )
    core_schema(schema).description = DESCRIPTION  # Strawberry has no argument for it
    add_cardinalities(core_schema(schema), root_names=("Query", f"{PREFIX}Query"))
    add_costs(core_schema(schema))
    entity = core_schema(schema).type_map[
        "_Entity"
    ]  # Strawberry resolves a union by Python class, which rows do not have
    if isinstance(entity, GraphQLUnionType):
        entity.resolve_type = lambda value, _info, _union: _type_name(value)
    return schema


def _type_name(value: Any) -> str:
    return wire_name(value.table.name if isinstance(value, RowSet) else "Dataset")
