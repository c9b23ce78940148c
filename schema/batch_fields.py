"""Fields of the columns of a batch, each declared by name, type and description."""

from collections.abc import Callable, Mapping
from enum import EnumMeta
from operator import attrgetter
from types import UnionType
from typing import Any, Union, get_args, get_origin

import numpy as np
import pyarrow as pa
import strawberry

from execution.strawberry_internals import StrawberryField

_ARROW_TYPES = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}


def batch_field(
    column: str | Callable[[Any], Any], graphql_type: Any, description: str, *, name: str | None = None
) -> StrawberryField:
    """Return the field of one column of a batch.

    A list or a numpy array becomes an Arrow array where the field is a leaf or a list of leaves, with nulls for NaN. An
    array of integers or booleans is a column already.

    Args:
        column: The name of the batch's attribute, or `member.attribute`, or a function of the batch.
        graphql_type: The type of the field. An enum's column holds values of the enum, and its field their names.
        description: The description of the field.
        name: The field's name in the graph, where it is not the Python name in camel case.
    """
    read = attrgetter(column) if isinstance(column, str) else column
    arrow_type = _arrow_type(graphql_type)
    converted = (list,) if graphql_type in {int, bool} else (list, np.ndarray)
    names = _names(graphql_type)

    def resolver(batch: strawberry.Parent[Any]) -> Any:
        values = read(batch)
        if arrow_type is None or not isinstance(values, converted):
            return values
        if names is not None:
            values = [names.get(value) for value in values]
        return pa.array(values, arrow_type, from_pandas=True)

    return resolver_field(resolver, graphql_type, description, name=name)


def resolver_field(
    resolver: Callable[..., Any],
    graphql_type: Any,
    description: str,
    *,
    name: str | None = None,
    metadata: Mapping[Any, Any] | None = None,
) -> StrawberryField:
    """Return the field of a resolver, as `strawberry.field` does, but typed."""
    field: StrawberryField = strawberry.field(
        resolver=resolver, graphql_type=graphql_type, description=description, name=name, metadata=metadata
    )
    return field


def batch_type(name: str, description: str, fields: Mapping[str, StrawberryField]) -> type:
    """Return an object type with these fields."""
    return strawberry.type(type(name, (), dict(fields)), name=name, description=description)


def _arrow_type(graphql_type: Any) -> Any:
    """Return the Arrow type of a leaf or a list of leaves; None for objects and lists of them."""
    if get_origin(graphql_type) in {UnionType, Union}:
        return _arrow_type(get_args(graphql_type)[0])
    if get_origin(graphql_type) is list:
        item = _arrow_type(get_args(graphql_type)[0])
        return None if item is None else pa.list_(item)
    if isinstance(graphql_type, EnumMeta):
        return pa.string()
    return _ARROW_TYPES.get(graphql_type) if isinstance(graphql_type, type) else None


def _names(graphql_type: Any) -> dict[Any, str] | None:
    """Return the names of an enum's values; None for other types."""
    kind = get_args(graphql_type)[0] if get_origin(graphql_type) in {UnionType, Union} else graphql_type
    if not isinstance(kind, EnumMeta):
        return None
    members: dict[str, Any] = dict(kind.__members__)
    return {member.value: name for name, member in members.items()}
