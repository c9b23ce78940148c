"""A table: immutable Arrow columns, and what is derived from them, built when first asked for and kept."""

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

# The codes of so many texts are kept in a dict; of more, which would take many times their size, they are searched for.
_FEW_TEXTS = 65_536


@dataclass(frozen=True, slots=True)
class Values:
    """A number or boolean column for arithmetic.

    Args:
        array: The cells; what stands in a missing one means nothing.
        valid: True where the cell is there; None where every cell is.
    """

    array: NDArray[Any]
    valid: NDArray[np.bool_] | None


@dataclass(frozen=True, eq=False)
class Codes:
    """A text column as numbers into its sorted distinct values.

    Args:
        array: One code per row, int32; -1 where the cell is missing.
        values: The distinct values in code point order, so that codes compare as the texts do: a string array.
        has_missing: Whether any cell is missing.
    """

    array: NDArray[np.int32]
    values: pa.Array[Any]
    has_missing: bool

    @cached_property
    def distinct(self) -> list[str]:
        """The distinct values as Python's; for columns that have few."""
        distinct: list[str] = self.values.to_pylist()
        return distinct

    @cached_property
    def folded(self) -> pa.Array[Any]:
        """The distinct values without their case, as `str.casefold` has them: what searches look at."""
        if pc.all(pc.string_is_ascii(self.values)).as_py():
            return pc.ascii_lower(self.values)
        return pa.array([text.casefold() for text in self.distinct], pa.string())

    def code_of(self, text: str) -> int | None:
        """Return the code of a text, or None where no cell has it."""
        if len(self.values) <= _FEW_TEXTS:
            return self._code_of.get(text)
        code = bisect_left(range(len(self.values)), text, key=lambda code: str(self.values[code].as_py()))
        return code if code < len(self.values) and self.values[code].as_py() == text else None

    @cached_property
    def _code_of(self) -> dict[str, int]:
        return {text: code for code, text in enumerate(self.distinct)}


class Table:
    """Columns of equal length under one name.

    Args:
        name: What a row is, as the graph calls it: `LLMRun`, `Model`, ...
        columns: One Arrow array per column: string, int64, float64 or bool, without NaN.
        key: The column that tells rows apart.
        of_request: Whether the table was made for one request; nothing of it is cached beyond that.
    """

    def __init__(self, name: str, columns: Mapping[str, pa.Array[Any]], *, key: str, of_request: bool = False) -> None:
        self.name = name
        self.of_request = of_request
        self.columns = dict(columns)
        self.key = key
        self.num_rows = len(self.columns[key])
        self._derived: dict[Hashable, Any] = {}
        self._values: dict[str, Values] = {}
        self._codes: dict[str, Codes] = {}

    def derive(self, what: Hashable, build: Callable[[], Derived]) -> Derived:
        """Return what `build` makes of this table, made once per table; only for what is bounded by its columns."""
        if what not in self._derived:
            self._derived[what] = build()
        derived: Derived = self._derived[what]
        return derived

    @cached_property
    def texts(self) -> frozenset[str]:
        """The columns of text."""
        return frozenset(name for name, column in self.columns.items() if pa.types.is_string(column.type))

    def values(self, column: str) -> Values:
        """Return a number or boolean column as a numpy array and its validity."""
        found = self._values.get(column)  # not by `derive`: filters spend a good part of their time here
        if found is None:
            found = self._values[column] = _values(self.columns[column])
        return found

    def codes(self, column: str) -> Codes:
        """Return a text column as codes into its sorted distinct values."""
        found = self._codes.get(column)
        if found is None:
            found = self._codes[column] = _codes(self.columns[column])
        return found

    def has_text(self, column: str, text: str) -> bool:
        """Return whether a row has this text in a text column."""
        found = self.row_of.get(text) if column == self.key else self.codes(column).code_of(text)
        return found is not None

    @cached_property
    def all_rows(self) -> NDArray[np.int64]:
        """Every row in file order, one array for all who mean the whole table, so that it is known for that."""
        rows = np.arange(self.num_rows)
        rows.flags.writeable = False
        return rows

    @cached_property
    def key_order(self) -> NDArray[np.int64]:
        """The rows in the order of their keys: what breaks a tie in any order."""
        return sorted_rows(self.columns[self.key])

    @cached_property
    def key_rank(self) -> NDArray[np.int64]:
        """The place of each row's key among all keys."""
        rank = np.empty(self.num_rows, np.int64)
        rank[self.key_order] = self.all_rows
        return rank

    @cached_property
    def row_of(self) -> RowsOfKeys:
        """The row of each key."""
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
