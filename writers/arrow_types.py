"""Arrow types of compiled selections, with units."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
from graphql import GraphQLBoolean, GraphQLFloat, GraphQLInt, GraphQLList, GraphQLNonNull

from errors import BadUserInput
from execution.steps import Block, Step, TypeName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLOutputType

    from execution.steps import Selection

# All other scalars and enums are text in JSON.
_LEAVES = {GraphQLFloat.name: pa.float64(), GraphQLInt.name: pa.int64(), GraphQLBoolean.name: pa.bool_()}
_FIELDS = 1_024  # cached; without them, a table of 35 columns takes 0.2 ms longer
# The SDL states the unit of a field at the end of its description or of a part of it.
_UNIT = re.compile(r"\bUnit: ([^.]+)\.")


def flattened(selection: Selection) -> Iterator[Step | TypeName]:
    """Return the fields of a selection, those in blocks included, in response order."""
    for _, child in selection:
        if isinstance(child, Block):
            yield from flattened(child.fields)
        else:
            yield child


def arrow_field(child: Step | TypeName) -> pa.Field:
    """Return the Arrow field of a selected field: its name in the response, its type, and its unit as metadata.

    Raises:
        BadUserInput: The field, or one below it, has objects of several types.
    """
    if isinstance(child, Step) and child.field.is_leaf:
        return _leaf_field(child.name, child.field.type, child.field.definition.description or "")
    return pa.field(child.name, arrow_type(child))


def arrow_type(child: Step | TypeName) -> pa.DataType:
    """Return the Arrow type of a selected field; it depends on the schema alone, not on values.

    Raises:
        BadUserInput: The field, or one below it, has objects of several types.
    """
    if isinstance(child, TypeName):
        return pa.string()
    field = child.field
    if field.is_leaf:
        return _leaf_type(field.type)
    if field.is_abstract:
        raise BadUserInput(f"{child.name} has objects of several types, which no column of a table can have.")
    objects = pa.struct([arrow_field(each) for each in flattened(child.selection)])
    return pa.list_(objects) if field.is_list else objects


def is_list_of_leaves(child: Step | TypeName) -> bool:
    """Return whether each value of a field is a list of numbers or texts."""
    if isinstance(child, TypeName) or not child.field.is_leaf:
        return False
    kind = child.field.type
    return isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)


@lru_cache(_FIELDS)
def _leaf_field(name: str, kind: GraphQLOutputType, description: str) -> pa.Field:
    unit = _UNIT.search(description)
    return pa.field(name, _leaf_type(kind), metadata={"unit": unit[1]} if unit else None)


@lru_cache(_FIELDS)
def _leaf_type(kind: GraphQLOutputType) -> pa.DataType:
    if isinstance(kind, GraphQLNonNull):
        return _leaf_type(kind.of_type)
    if isinstance(kind, GraphQLList):
        return pa.list_(_leaf_type(kind.of_type))
    return _LEAVES.get(getattr(kind, "name", ""), pa.string())
