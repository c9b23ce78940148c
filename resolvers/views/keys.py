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
class Cells(StructBatch):
    """Cells of key columns as Python values: text, numbers, booleans, None."""

    value: list[Any]

    @property
    def text(self) -> list[str | None]:
        """The values as text, booleans in lower case."""
        return [value if value is None or type(value) is str else _text(value) for value in self.value]

    @property
    def number(self) -> list[float | None]:
        """The values that are numbers; None for others, booleans included."""
        return [float(value) if type(value) in {int, float} else None for value in self.value]


@dataclass(slots=True)
class KeyValues(Cells):
    """Cells with their columns, as the graph spells them."""

    field: list[str]


def key_values(table: Table, keys: Sequence[str], rows: NDArray[np.int64]) -> ListColumn:
    """Return for each row its values in key columns."""
    columns = [cells(table, key, rows) for key in keys]
    values = list(chain.from_iterable(zip(*columns, strict=True)))
    return lists_of_equal_length(len(rows), KeyValues(values, [graph_name(key) for key in keys] * len(rows)))


def cells(table: Table, column: str, rows: NDArray[np.int64]) -> list[Any]:
    """Return the cells of a column in some rows as Python values."""
    if pa.types.is_string(table.columns[column].type):
        # By codes: rows with the same text share one decoded object.
        codes = table.codes(column)
        texts = [*codes.distinct, None]  # -1, the code of a missing cell, is the last
        return [texts[code] for code in codes.array.take(rows).tolist()]
    found: list[Any] = table.columns[column].take(pa.array(rows, pa.int64())).to_pylist()
    return found


def _text(value: float | bool) -> str:  # noqa: FBT001 - a cell
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class KeyCodes:
    """A column as integers in the order of its values, null last.

    Args:
        array: The code of each row from 0, in the `code_type` of `possible`.
        possible: Upper bound of all codes, exclusive.
    """

    array: NDArray[Any]
    possible: int


def code_type(possible: int) -> type[np.uint16 | np.uint32 | np.int64]:
    """Return the shortest type of codes below an upper bound; a quarter of the bytes take a third of the time."""
    if possible <= 2**16:
        return np.uint16
    return np.uint32 if possible <= 2**32 else np.int64


def key_codes(table: Table, column: str) -> KeyCodes:
    """Return the code of each row's value in a column; cached with the table."""
    return table.derive(("key codes", column), lambda: _key_codes(table, column))


def _key_codes(table: Table, column: str) -> KeyCodes:
    if pa.types.is_string(table.columns[column].type):
        text = table.codes(column)
        missing = len(text.distinct)
        codes = np.where(text.array < 0, missing, text.array)
        return KeyCodes(codes.astype(code_type(missing + 1)), missing + 1)
    values = table.values(column)
    distinct, codes = np.unique(values.array, return_inverse=True)
    if values.valid is not None:
        codes = np.where(values.valid, codes, len(distinct))
    return KeyCodes(codes.astype(code_type(len(distinct) + 1)), len(distinct) + 1)
