"""Groups of runs that are equal in some columns, the runs themselves inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.statistics import Statistics
from tables.batch import Batch, ListColumn
from tables.relations import Grouped, offsets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.filters import Filter
    from tables.table import Table

_MAX_KEYS = 8
_MAX_CODE = 2**62
_SHORT_CODES = 2**16


class Aggregate(Enum):
    """A number that groups can be ordered by."""

    COUNT = "count"
    MIN = "minimum"
    MAX = "maximum"
    MEAN = "mean"
    MEDIAN = "median"
    SUM = "total"


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """An order of groups by an aggregate of a column; groups without one come last.

    Args:
        aggregate: Which.
        column: Of which column; None for the count.
        descending: The greatest first.
    """

    aggregate: Aggregate
    column: str | None
    descending: bool


@dataclass(slots=True)
class Groups(Batch):
    """Groups of runs.

    Args:
        runs: The runs of each group, in the order of the selection; no group is empty.
        keys: The columns in which a group's runs are equal.
        where: What the runs were filtered by, from the outermost field inwards.
    """

    runs: Grouped
    keys: tuple[str, ...]
    where: tuple[Filter, ...] = ()

    def __len__(self) -> int:
        return len(self.runs)

    def take(self, positions: NDArray[np.int64]) -> Groups:
        """Return the groups at these positions."""
        return Groups(self.runs.of(positions), self.keys, self.where)

    def count(self) -> pa.Array[Any]:
        """Count the runs of each group."""
        return pa.array(self.runs.counts)

    def key(self) -> ListColumn:
        """Return for each group the columns and the values that its runs have in them."""
        firsts = self.runs.indices[self.runs.offsets[:-1]]
        offsets = np.arange(len(self) + 1) * len(self.keys)
        return ListColumn(offsets, KeyValues(self.runs.child, self.keys, firsts.repeat(len(self.keys))))


@dataclass(eq=False)
class KeyValues(Batch):
    """The values of key columns in some rows, the columns taking turns.

    Args:
        table: The table.
        keys: The columns.
        rows: The row of each value.
        turn: Which column's turn each value is; None where they take turns from the first.
    """

    table: Table
    keys: tuple[str, ...]
    rows: NDArray[np.int64]
    turn: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, positions: NDArray[np.int64]) -> KeyValues:
        """Return the values at these positions."""
        return KeyValues(self.table, self.keys, self.rows[positions], self._turns()[positions])

    def columns(self) -> list[str]:
        """Return the column of each value."""
        return [self.keys[turn] for turn in self._turns().tolist()]

    def values(self) -> list[Any]:
        """Return the values: text, numbers, booleans, None."""
        return self._values

    @cached_property
    def _values(self) -> list[Any]:
        if self.turn is None:
            found: list[Any] = [None] * len(self)
            for turn, key in enumerate(self.keys):
                found[turn :: len(self.keys)] = self._cells(key, self.rows[turn :: len(self.keys)])
            return found
        rows = zip(self._turns().tolist(), self.rows.tolist(), strict=True)
        return [self.table.columns[self.keys[turn]][row].as_py() for turn, row in rows]

    def _cells(self, key: str, rows: NDArray[np.int64]) -> list[Any]:
        if pa.types.is_string(self.table.columns[key].type):
            # By codes: a text that many rows have is one object, and is not decoded again.
            codes = self.table.codes(key)
            texts = [*codes.distinct, None]  # -1, the code of a missing cell, is the last
            return [texts[code] for code in codes.array.take(rows).tolist()]
        cells: list[Any] = self.table.columns[key].take(pa.array(rows, pa.int64())).to_pylist()
        return cells

    def _turns(self) -> NDArray[np.int64]:
        return np.arange(len(self.rows)) % len(self.keys) if self.turn is None else self.turn


def group_runs(
    runs: Grouped,
    keys: Sequence[str],
    *,
    order: GroupOrder | None = None,
    limit: int | None = None,
    where: tuple[Filter, ...] = (),
) -> ListColumn:
    """Return for each group of rows its groups by these columns, by key (null last) unless an order is given.

    Args:
        runs: The groups of rows.
        keys: The columns.
        order: An order of the groups.
        limit: Only so many groups of each.
        where: What the rows were filtered by, for the fields below.

    Raises:
        BadUserInput: There are no keys or too many, or the limit is negative.
    """
    names = tuple(dict.fromkeys(keys))
    if not 1 <= len(names) <= _MAX_KEYS:
        raise BadUserInput(
            f"by: {len(names)} keys were given; allowed are 1 to {_MAX_KEYS}.", argument="by", value=len(names)
        )
    if limit is not None and limit < 0:
        raise BadUserInput(f"limit: {limit} is not allowed; allowed are 0 and more.", argument="limit", value=limit)
    offsets, groups = split(runs, names)
    if order is not None:
        groups = groups.take(_ordered(groups, offsets, order))
    if limit is not None:
        counts = np.minimum(np.diff(offsets), limit)
        limited = offsets_of(counts)
        kept = np.arange(limited[-1]) + (offsets[:-1] - limited[:-1]).repeat(counts)
        offsets, groups = limited, groups.take(kept)
    return ListColumn(offsets, replace(groups, where=where))


def split(runs: Grouped, keys: tuple[str, ...]) -> tuple[NDArray[np.int64], Groups]:
    """Split each group of rows by key; return the bounds of each one's parts, and the parts, by key with null last."""
    if not keys:
        filled = runs.counts > 0
        whole = runs if filled.all() else runs.of(np.flatnonzero(filled))
        return offsets_of(filled), Groups(whole, keys)
    parent = runs.parents()
    code, possible = parent, len(runs)
    for key in keys:
        codes = key_codes(runs.child, key)
        if possible * codes.possible > _MAX_CODE:
            distinct, code = np.unique(code, return_inverse=True)
            possible = len(distinct)
        code = code * codes.possible + codes.array[runs.indices]
        possible *= codes.possible
    # Few enough to be sorted by their digits, which is many times faster.
    order = np.argsort(code.astype(np.uint16) if possible <= _SHORT_CODES else code, kind="stable")
    in_order = code[order]
    starts = np.flatnonzero(in_order[1:] != in_order[:-1]) + 1
    bounds = np.concatenate(([0], starts, [len(order)])) if len(order) else np.zeros(1, np.int64)
    parts = Grouped(runs.child, bounds, runs.indices[order])
    counts = np.bincount(parent[order[bounds[:-1]]], minlength=len(runs))
    return offsets_of(counts), Groups(parts, keys)


@dataclass(frozen=True, slots=True)
class KeyCodes:
    """A column as numbers that order as its values do, missing ones last.

    Args:
        array: Each row's number, int64 from 0.
        possible: Above all of them.
    """

    array: NDArray[np.int64]
    possible: int


def key_codes(table: Table, column: str) -> KeyCodes:
    """Return each row's value in a column as a number."""
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


def _ordered(groups: Groups, offsets: NDArray[np.int64], order: GroupOrder) -> NDArray[np.int64]:
    """Return the positions of the groups, ordered within each parent; ties stay in the order of their keys."""
    if order.aggregate is Aggregate.COUNT or order.column is None:
        array = groups.count()
    else:
        array = getattr(Statistics(groups.runs, order.column), order.aggregate.value)()
    missing = array.is_null().to_numpy(zero_copy_only=False)
    values = array.fill_null(0).to_numpy(zero_copy_only=False)
    parent = np.arange(len(offsets) - 1).repeat(np.diff(offsets))
    return np.lexsort((-values if order.descending else values, missing, parent))
