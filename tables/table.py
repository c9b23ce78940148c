"""Immutable table of Arrow columns, with cached values derived from them."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tables.keys import RowsOfKeys, sorted_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from numpy.typing import NDArray

Derived = TypeVar("Derived")

# More distinct texts are looked up by binary search, because a dict takes many times their size.
_MAX_DICT_TEXTS = 65_536


@dataclass(frozen=True, slots=True)
class Values:
    """Numbers or booleans of a column.

    Args:
        array: The cells; 0 or false for a null.
        valid: False for a null; None for a column without nulls.
    """

    array: NDArray[Any]
    valid: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class Codes:
    """Text column, dictionary-encoded.

    Args:
        array: One code per row, int32: the position of the text in `values`; -1 for a null.
        values: Distinct texts in code point order, so codes compare as the texts do; a string array.
        has_missing: Whether the column has nulls.
    """

    array: NDArray[np.int32]
    values: pa.Array[Any]
    has_missing: bool

    @cached_property
    def distinct(self) -> list[str]:
        """Distinct texts as Python strings; for columns with few of them."""
        distinct: list[str] = self.values.to_pylist()
        return distinct

    @cached_property
    def folded(self) -> pa.Array[Any]:
        """Distinct texts, casefolded for searches."""
        if pc.all(pc.string_is_ascii(self.values)).as_py():
            return pc.ascii_lower(self.values)
        return pa.array([text.casefold() for text in self.distinct], pa.string())

    def code_of(self, text: str) -> int | None:
        """Return the code of a text, or None if no cell has it."""
        if len(self.values) <= _MAX_DICT_TEXTS:
            return self._code_of.get(text)
        code = bisect_left(range(len(self.values)), text, key=lambda code: str(self.values[code].as_py()))
        return code if code < len(self.values) and self.values[code].as_py() == text else None

    @cached_property
    def _code_of(self) -> dict[str, int]:
        return {text: code for code, text in enumerate(self.distinct)}


class Table:
    """Columns of equal length.

    Args:
        name: Type of a row in the graph: `LLMRun`, `Model`, ...
        columns: One Arrow array per column: string, int64, float64 or bool, without NaN.
        key: Name of the column that identifies a row.
        request_scoped: Whether the table belongs to one request; values computed from it are not cached beyond that.
    """

    def __init__(
        self, name: str, columns: Mapping[str, pa.Array[Any]], *, key: str, request_scoped: bool = False
    ) -> None:
        self.name = name
        self.request_scoped = request_scoped
        self.columns = dict(columns)
        self.key = key
        self.num_rows = len(self.columns[key])
        self._derived: dict[Hashable, Any] = {}
        self._values: dict[str, Values] = {}
        self._codes: dict[str, Codes] = {}

    def derive(self, key: Hashable, build: Callable[[], Derived]) -> Derived:
        """Return the result of `build`, called once per key and cached with the table.

        The cache has no limit, so the possible keys must be bounded by the columns and not depend on requests.
        """
        if key not in self._derived:
            self._derived[key] = build()
        derived: Derived = self._derived[key]
        return derived

    @cached_property
    def texts(self) -> frozenset[str]:
        """Names of the text columns."""
        return frozenset(name for name, column in self.columns.items() if pa.types.is_string(column.type))

    def values(self, column: str) -> Values:
        """Return a number or boolean column as a numpy array and its validity."""
        found = self._values.get(column)  # not by `derive`, which is slower: filters spend much of their time here
        if found is None:
            found = self._values[column] = _values(self.columns[column])
        return found

    def codes(self, column: str) -> Codes:
        """Return a text column, dictionary-encoded."""
        found = self._codes.get(column)
        if found is None:
            found = self._codes[column] = _codes(self.columns[column])
        return found

    def has_text(self, column: str, text: str) -> bool:
        """Return whether a text column contains a text."""
        found = self.row_of.get(text) if column == self.key else self.codes(column).code_of(text)
        return found is not None

    @cached_property
    def all_rows(self) -> NDArray[np.int64]:
        """All rows in file order; always the same array, so that a selection of the whole table is recognized by it."""
        rows = np.arange(self.num_rows)
        rows.flags.writeable = False
        return rows

    @cached_property
    def key_order(self) -> NDArray[np.int64]:
        """Rows in the order of their keys, which breaks ties in every order."""
        return sorted_rows(self.columns[self.key])

    @cached_property
    def key_rank(self) -> NDArray[np.int64]:
        """Position of each row in `key_order`."""
        rank = np.empty(self.num_rows, np.int64)
        rank[self.key_order] = self.all_rows
        return rank

    @cached_property
    def row_of(self) -> RowsOfKeys:
        """Row of each key."""
        return RowsOfKeys(self.columns[self.key], self.key_order)

    def __repr__(self) -> str:
        return f"<Table {self.name}: {self.num_rows} rows, {len(self.columns)} columns>"


def _values(array: pa.Array[Any]) -> Values:
    valid = None if array.null_count == 0 else array.is_valid().to_numpy(zero_copy_only=False)
    filled = array if valid is None else array.fill_null(pa.scalar(0).cast(array.type))
    return Values(filled.to_numpy(zero_copy_only=False), valid)


def _codes(array: pa.Array[Any]) -> Codes:
    encoded = array.dictionary_encode()
    order = pc.sort_indices(encoded.dictionary)
    place = np.empty(len(order) + 1, np.int32)
    place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    place[-1] = -1
    raw = encoded.indices.fill_null(len(order)).to_numpy(zero_copy_only=False)
    return Codes(place.take(raw), encoded.dictionary.take(order), has_missing=array.null_count > 0)
