"""Types of column that a resolver can return, the value of a single-row column, and the size of a batch."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tables.batch import Batch, ListColumn, MixedListColumn, MixedPart, ObjectColumn, OptionalColumn
from tables.finite import with_finite_floats
from tables.relations import Grouped
from tables.row_set import TableColumn
from tables.table import Table

# Any other result of a resolver is an ordinary Python value of a single row.
COLUMNS = (
    Batch,
    Grouped,
    TableColumn,
    np.ndarray,
    pa.Array,
    ListColumn,
    OptionalColumn,
    MixedListColumn,
    MixedPart,
    ObjectColumn,
)


def only_value(column: Any) -> Any:  # noqa: ANN401 - any column, any value
    """Return the only value of a column: an object as a batch of one row, a list of such batches, or a leaf."""
    match column:
        case ObjectColumn(values) | MixedPart(items=ObjectColumn(values)):
            return values[0]
        case MixedListColumn():
            return column.values()
        case ListColumn() | Grouped():
            items = column.items
            return [items.take(np.array([position], np.int64)) for position in range(len(items))]
        case OptionalColumn(present, items):
            return items if present[0] else None
        case (Batch() as items) | MixedPart(items=Batch() as items):
            return items
        case TableColumn():
            column = column.array()
        case pa.Array():
            column = with_finite_floats(column)
    return column[:1].tolist()[0]


def bytes_of_arrays(value: object) -> int:
    """Return the total size of a batch's own arrays in bytes, without the tables that it refers to."""
    match value:
        case np.ndarray() | pa.Array():
            return int(value.nbytes)
        case tuple() | list():
            return sum(map(bytes_of_arrays, value))
        case dict():
            return sum(map(bytes_of_arrays, value.values()))
        case Table():
            return 0
        case _ if is_dataclass(value) and not isinstance(value, type):
            return sum(bytes_of_arrays(getattr(value, field.name)) for field in fields(value))
        case _:
            return 0
