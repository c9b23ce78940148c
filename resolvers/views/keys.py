"""Key columns: their values in some rows, and integer codes to group by."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tables.catalogue import graph_name
from tables.struct_batch import StructBatch, lists_of_equal_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.batch import ListColumn
    from tables.table import Table


@dataclass(slots=True)
class KeyValues(StructBatch):
    """Values of key columns.

    Args:
        field: The column of each value, as the graph spells it.
        value: The values: text, numbers, booleans, None.
    """

    field: list[str]
    value: list[Any]

    @property
    def text(self) -> list[str | None]:
        """The values as text."""
        return as_text(self.value)

    @property
    def number(self) -> list[float | None]:
        """The values that are numbers; None for others."""
        return as_numbers(self.value)


def key_values(table: Table, keys: Sequence[str], rows: NDArray[np.int64]) -> ListColumn:
    """Return for each row its values in key columns."""
    columns = [cells(table, key, rows) for key in keys]
    values = list(chain.from_iterable(zip(*columns, strict=True)))
    return lists_of_equal_length(len(rows), KeyValues([graph_name(key) for key in keys] * len(rows), values))


def cells(table: Table, column: str, rows: NDArray[np.int64]) -> list[Any]:
    """Return the cells of a column in some rows as Python values."""
    if pa.types.is_string(table.columns[column].type):
        # By codes: rows with the same text share one decoded object.
        codes = table.codes(column)
        texts = [*codes.distinct, None]  # -1, the code of a missing cell, is the last
        return [texts[code] for code in codes.array.take(rows).tolist()]
    found: list[Any] = table.columns[column].take(pa.array(rows, pa.int64())).to_pylist()
    return found


def as_text(values: list[Any]) -> list[str | None]:
    """Return values as text, booleans in lower case."""
    return [value if value is None or type(value) is str else _text(value) for value in values]


def _text(value: float | bool) -> str:  # noqa: FBT001 - a cell
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_numbers(values: list[Any]) -> list[float | None]:
    """Return the values that are numbers as floats; None for others, booleans included."""
    return [float(value) if type(value) in {int, float} else None for value in values]


@dataclass(frozen=True, slots=True)
class KeyCodes:
    """A column as integers in the order of its values, null last.

    Args:
        array: The code of each row, int64 from 0.
        possible: Upper bound of all codes, exclusive.
    """

    array: NDArray[np.int64]
    possible: int


def key_codes(table: Table, column: str) -> KeyCodes:
    """Return the code of each row's value in a column; cached with the table."""
    return table.derive(("key codes", column), lambda: _key_codes(table, column))


def _key_codes(table: Table, column: str) -> KeyCodes:
    if pa.types.is_string(table.columns[column].type):
        text = table.codes(column)
        missing = len(text.distinct)
        return KeyCodes(np.where(text.array < 0, missing, text.array).astype(np.int64), missing + 1)
    values = table.values(column)
    distinct, codes = np.unique(values.array, return_inverse=True)
    if values.valid is not None:
        codes = np.where(values.valid, codes, len(distinct))
    return KeyCodes(codes.astype(np.int64), len(distinct) + 1)
