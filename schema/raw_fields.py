"""Fields of objects that are read from raw files, each declared in one call."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import strawberry

from execution.strawberry_internals import StrawberryField
from schema.context import Context


def value_field(value: Callable[[Any], Any], graphql_type: Any, description: str) -> StrawberryField:
    """Return a field with a value that is read from its parent.

    Args:
        value: Returns the value of an object, or the column of a batch.
        graphql_type: The field's type.
        description: The field's description.
    """

    def resolver(parent: strawberry.Parent[Any]) -> Any:
        return value(parent)

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


def computed_field(value: Callable[[Any], Any], graphql_type: Any, description: str) -> StrawberryField:
    """Return a field as `value_field` does, computed off the event loop: the parent has some millions of values."""

    async def resolver(parent: strawberry.Parent[Any], context: Context) -> Any:
        return await context.raw.compute(lambda: value(parent))

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


def series_of(values: np.ndarray[Any, Any]) -> Any:
    """Return a series as a column of one row: a list of numbers; NaN, where there is no sample yet, is null."""
    array = pa.array(values, pa.float64(), from_pandas=True)
    return pa.ListArray.from_arrays(pa.array([0, len(array)], pa.int32()), array)
