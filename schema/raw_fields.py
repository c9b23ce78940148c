"""Fields of objects with many values, which are read from raw files."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import strawberry

from execution.strawberry_internals import StrawberryField
from schema.context import Context


def computed_field(value: Callable[[Any], Any], graphql_type: Any, description: str) -> StrawberryField:
    """Return a field that is computed from its parent off the event loop: the parent may have millions of values."""

    async def resolver(parent: strawberry.Parent[Any], context: Context) -> Any:
        return await context.raw.compute(lambda: value(parent))

    field: StrawberryField = strawberry.field(resolver=resolver, graphql_type=graphql_type, description=description)
    return field


def series_of(values: np.ndarray[Any, Any]) -> Any:
    """Return a series as a column of one row: a list of numbers; NaN, where there is no sample yet, is null."""
    array = pa.array(values, pa.float64(), from_pandas=True)
    return pa.ListArray.from_arrays(pa.array([0, len(array)], pa.int32()), array)
