"""Fields of objects with many values, which are read from raw files."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import strawberry

from execution.field_metadata import READS_FILES
from execution.strawberry_internals import StrawberryField
from schema.batch_fields import resolver_field
from schema.context import Context
from timelines.arrays import Floats


def raw_field(resolver: Callable[..., Any], graphql_type: Any, description: str) -> StrawberryField:
    """Return the field of a resolver that returns its column if raw files are in memory, else a `Later` of it."""
    return resolver_field(resolver, graphql_type, description, metadata={READS_FILES: True})


def unavailable_text(field: str) -> str:
    """Return the description of the field with the reason why another field has no value."""
    return (
        f"Why `{field}` with the same arguments has no value: the dataset does not contain the raw file, or the file "
        "is unreadable or lacks the data. Null if it has a value. Reads the raw file if the dataset has it."
    )


def computed_field(value: Callable[[Any], Any], graphql_type: Any, description: str) -> StrawberryField:
    """Return a field that is computed from all values of its parent, which may have millions."""

    def resolver(parent: strawberry.Parent[Any], context: Context) -> Any:
        return context.raw.compute(lambda: value(parent), values=parent.values.size)

    return raw_field(resolver, graphql_type, description)


def series_of(values: Floats) -> Any:
    """Return a contiguous float64 series as a column of one row, a list; NaN, where there is no sample yet, is null."""
    # Refers to the values instead of copying them, and takes half the time of `ListArray.from_arrays`.
    bounds = pa.py_buffer(np.array([0, len(values)], np.int32))
    items = pa.Array.from_buffers(pa.float64(), len(values), [None, pa.py_buffer(values)])
    return pa.Array.from_buffers(pa.list_(pa.float64()), 1, [None, bounds], children=[items])
