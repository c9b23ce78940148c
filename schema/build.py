"""Builds the schema: the types, the federation directives, and the row-by-row executor behind `schema.execute`."""

from typing import Any

import strawberry
from graphql import GraphQLUnionType

from execution.row_by_row import RowByRowExecutor
from execution.strawberry_internals import StrawberryConfig, core_schema
from schema.cardinalities import add_cardinalities
from schema.context import ContextOfInfo
from schema.names import PREFIX, WireNames, wire_name
from schema.query import Query, nested_query
from schema.scalars import FINITE_FLOAT
from tables.row_set import RowSet


def build_schema(*, root_field: str | None = None) -> strawberry.federation.Schema:
    """Return the schema.

    Args:
        root_field: The field that nests all fields of the root; None leaves them at the root.
    """
    schema = strawberry.federation.Schema(
        query=Query if root_field is None else nested_query(root_field),
        # The lowest version that has our directives, @key and @shareable: composers refuse newer ones than they know.
        federation_version="2.0",
        execution_context_class=RowByRowExecutor,
        scalar_overrides={float: FINITE_FLOAT},
        config=StrawberryConfig(name_converter=WireNames(), info_class=ContextOfInfo),
    )
    add_cardinalities(core_schema(schema), root_names=("Query", f"{PREFIX}Query"))
    entity = core_schema(schema).type_map["_Entity"]  # Strawberry resolves unions by Python class; rows have none
    if isinstance(entity, GraphQLUnionType):
        entity.resolve_type = lambda value, _info, _union: _type_name(value)
    return schema


def _type_name(value: Any) -> str:
    return wire_name(value.table.name if isinstance(value, RowSet) else "Dataset")
