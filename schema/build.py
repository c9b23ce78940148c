"""Builds the schema: types, federation directives, and the row-by-row executor behind `schema.execute`."""

from typing import Any

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType

from execution.strawberry_internals import core_schema
from resolvers.context import Limits
from schema.cardinalities import add_cardinalities
from schema.cost_weights import cost_weights
from schema.costs import add_costs
from schema.field_directives import FieldDirectives, GraphSchema
from schema.list_sizes import list_sizes
from schema.names import PREFIX, wire_name
from schema.query import DESCRIPTION, Query, nested_query
from schema.sizes import Sizes
from schema.tags import raw_tags
from tables.dataset import Dataset
from tables.row_set import RowSet


def build_schema(*, root_field: str | None = None) -> GraphSchema:
    """Return the schema without figures of a dataset: the same in every process, as in `schema/schema.graphql`.

    Args:
        root_field: Name of a field that nests all fields of the root; None leaves them at the root.
    """
    return _build(root_field, {})


def build_served_schema(dataset: Dataset, limits: Limits, *, root_field: str | None = None) -> GraphSchema:
    """Return the schema of a server, whose SDL states sizes of lists, costs and tags of fields to gateways.

    Args:
        dataset: The dataset, which decides sizes and costs.
        limits: Limits of a request, with the size of a default page.
        root_field: Name of a field that nests all fields of the root; None leaves them at the root.
    """
    plain = core_schema(_build(root_field, {}))
    sizes = list_sizes(plain, dataset, limits)
    weights = cost_weights(plain, Sizes(dataset, limits), sizes)
    added = (weights, sizes, raw_tags(plain))
    fields = dict.fromkeys(field for each in added for field in each)  # a set has no order; introspection lists by it
    return _build(root_field, {field: tuple(each[field] for each in added if field in each) for field in fields})


def _build(root_field: str | None, directives: FieldDirectives) -> GraphSchema:
    query = Query if root_field is None else nested_query(root_field)
    schema = GraphSchema(query, directives, own_node=root_field is not None)
    core_schema(schema).description = DESCRIPTION  # Strawberry has no argument for it
    add_cardinalities(core_schema(schema), root_names=("Query", f"{PREFIX}Query"))
    add_costs(core_schema(schema))
    # Strawberry resolves abstract types by Python class, which rows do not have.
    for kind in core_schema(schema).type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = lambda value, _info, _abstract: _type_name(value)
        elif isinstance(kind, GraphQLObjectType) and kind.interfaces:
            kind.is_type_of = None
    return schema


def _type_name(value: Any) -> str:
    return wire_name(value.table.name if isinstance(value, RowSet) else "Dataset")
