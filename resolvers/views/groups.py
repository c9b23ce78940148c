"""Groups of runs with equal values in some columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import BadUserInput
from resolvers.views.keys import code_type, key_codes, key_values
from resolvers.views.statistics import Statistics
from tables.batch import ListColumn
from tables.relations import Grouped, offsets_of
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.filters import Filter

_MAX_KEYS = 8
_MAX_CODE = 2**62
_SHORT_CODES = 2**16


class Aggregate(Enum):
    """A figure of a group; the value is the property of `Statistics`."""

    COUNT = "count"
    MIN = "minimum"
    MAX = "maximum"
    MEAN = "mean"
    MEDIAN = "median"
    SUM = "total"


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """An order of groups by an aggregate of a column, or by the number of runs without one; null comes last."""

    aggregate: Aggregate
    column: str | None
    descending: bool


@dataclass(slots=True)
class Groups(StructBatch):
    """Groups of runs.

    Args:
        runs: The runs of each group, in the order of the selection; no group is empty.
        keys: The columns in which a group's runs are equal.
        where: The filters of the runs, from the outermost field inwards.
    """

    runs: Grouped
    keys: tuple[str, ...]
    where: tuple[Filter, ...] = ()

    @property
    def key(self) -> ListColumn:
        """The values that the runs of each group share."""
        return key_values(self.runs.child, self.keys, self.runs.indices[self.runs.offsets[:-1]])


def group_runs(
    runs: Grouped,
    keys: Sequence[str],
    *,
    order: GroupOrder | None = None,
    limit: int | None = None,
    where: tuple[Filter, ...] = (),
) -> ListColumn:
    """Return for each group of rows its groups by some columns, in the order of the keys unless an order is given.

    `limit` applies to each group of rows; `where` are the filters of the rows, for the fields below.

    Raises:
        BadUserInput: The number of keys or the limit is out of range.
    """
    count = len(set(keys))
    if not 1 <= count <= _MAX_KEYS:
        raise BadUserInput(f"by: received {count} columns; allowed: 1 to {_MAX_KEYS}.", argument="by", value=count)
    if limit is not None and limit < 0:
        raise BadUserInput(f"limit: {limit} is out of range; allowed: 0 or more.", argument="limit", value=limit)
    offsets, groups = split(runs, keys)
    if order is not None:
        groups = groups.take(_ordered(groups, offsets, order))
    if limit is not None:
        counts = np.minimum(np.diff(offsets), limit)
        limited = offsets_of(counts)
        first = np.arange(limited[-1]) + (offsets[:-1] - limited[:-1]).repeat(counts)
        offsets, groups = limited, groups.take(first)
    return ListColumn(offsets, replace(groups, where=where))


def split(runs: Grouped, keys: Sequence[str]) -> tuple[NDArray[np.int64], Groups]:
    """Split each group of rows by some columns, in the order of their values, null last.

    An empty group of rows has no parts. A column that is named twice counts once.

    Returns:
        The bounds of each group's parts, and the parts.
    """
    keys = tuple(dict.fromkeys(keys))
    if not keys:
        filled = runs.counts > 0
        whole = runs if filled.all() else runs.take(np.flatnonzero(filled))
        return offsets_of(filled), Groups(whole, keys)
    code, possible = _codes(runs, keys)
    order = _stable_order(code, possible)
    in_order = code.take(order)
    starts = np.flatnonzero(in_order[1:] != in_order[:-1]) + 1
    bounds = np.concatenate(([0], starts, [len(order)])) if len(order) else np.zeros(1, np.int64)
    rows = order if runs.indices is runs.child.all_rows else runs.indices.take(order)
    parts = Grouped(runs.child, bounds, rows)
    if len(runs) == 1:
        return np.array([0, len(parts)], np.int64), Groups(parts, keys)
    counts = np.bincount(runs.parents()[order[bounds[:-1]]], minlength=len(runs))
    return offsets_of(counts), Groups(parts, keys)


def _codes(runs: Grouped, keys: Sequence[str]) -> tuple[NDArray[Any], int]:
    """Return a code of each run's parent and values, in their order, and an upper bound of all codes, exclusive."""
    several = len(runs) > 1
    code: NDArray[Any] | None = runs.parents() if several else None
    possible = len(runs) if several else 1
    for key in keys:
        codes = key_codes(runs.child, key)
        if code is not None and possible * codes.possible > _MAX_CODE:
            distinct, code = np.unique(code, return_inverse=True)
            possible = len(distinct)
        possible *= codes.possible
        own = codes.array if runs.indices is runs.child.all_rows else codes.array.take(runs.indices)
        code = own if code is None else code.astype(code_type(possible)) * codes.possible + own
    return np.empty(0, np.int64) if code is None else code, possible


def _stable_order(code: NDArray[Any], possible: int) -> NDArray[np.int64]:
    """Return the positions of codes in ascending order, equal ones in the order of their positions.

    numpy sorts 16-bit integers by radix. For a million codes, twice that takes half the time of sorting them at once.
    """
    if possible <= _SHORT_CODES or possible > _SHORT_CODES**2:
        return np.argsort(code, kind="stable")
    by_low = np.argsort(code.astype(np.uint16), kind="stable")
    high = (code >> 16).astype(np.uint16)
    return by_low.take(np.argsort(high.take(by_low), kind="stable"))


def _ordered(groups: Groups, offsets: NDArray[np.int64], order: GroupOrder) -> NDArray[np.int64]:
    """Return the positions of the groups, ordered within each parent; ties stay in the order of their keys."""
    if order.aggregate is Aggregate.COUNT or order.column is None:
        values = groups.runs.counts
    else:
        values = getattr(Statistics(groups.runs, order.column), order.aggregate.value)
    missing = np.isnan(values)
    values = np.where(missing, 0, values)
    parent = np.arange(len(offsets) - 1).repeat(np.diff(offsets))
    return np.lexsort((-values if order.descending else values, missing, parent))
