"""Weights of fields for gateways: the federation directive `@cost`, from the costs that the server itself estimates."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)
from strawberry import UNSET
from strawberry.federation.schema_directives import Cost, ListSize

from execution.cost import FieldCost, Level
from execution.field_metadata import CARDINALITY, COST
from schema.sizes import Sizes

_UNITS = 2.5  # of an object with about eight fields, which gateways count as 1
_OTHER_LISTS = 10  # items of a list without a size, as gateways assume by default


def cost_weights(
    schema: GraphQLSchema, sizes: Sizes, lists: Mapping[tuple[str, str], ListSize]
) -> dict[tuple[str, str], Cost]:
    """Return the `@cost` of fields that cost more than an object, by the names of type and field.

    The weight is the work for one parent, a connection with all runs or one row, with one column in each list of
    columns that is required. Gateways multiply it by the number of parents, so the work that a field does once for all
    its parents is left out; and by the size of the list, so the weight of a list is that of one item.

    Args:
        schema: The schema, with the costs of its fields.
        sizes: Sizes of the dataset.
        lists: The `@listSize` of fields.
    """
    return {
        (kind.name, name): Cost(weight=weight)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("_")
        for name, field in kind.fields.items()
        if COST in field.extensions and CARDINALITY not in field.extensions and not name.startswith("_")
        if (weight := ceil(_objects(kind.name, field, sizes) / _items(field, lists.get((kind.name, name))))) > 1
    }


def _objects(parent: str, field: GraphQLField, sizes: Sizes) -> float:
    cost: FieldCost = field.extensions[COST]
    arguments = _required_columns(field)
    rows = sizes.runs if parent.endswith("Connection") else 1
    once, _ = cost.estimate(Level(count=0, rows=0), arguments, sizes)
    units, _ = cost.estimate(Level(rows=rows), arguments, sizes)
    return (units - once) / _UNITS


def _required_columns(field: GraphQLField) -> dict[str, list[Any]]:
    """Return one value for each required argument that is a list of columns."""
    return {
        name: [kind.parse_value(next(iter(kind.values)))]
        for name, argument in field.args.items()
        if is_non_null_type(argument.type) and is_list_type(get_nullable_type(argument.type))
        if isinstance(kind := get_named_type(argument.type), GraphQLEnumType)
    }


def _items(field: GraphQLField, size: ListSize | None) -> int:
    if not is_list_type(get_nullable_type(field.type)):
        return 1
    assumed = None if size is None or size.assumed_size is UNSET else size.assumed_size
    return _OTHER_LISTS if assumed is None else max(1, assumed)
