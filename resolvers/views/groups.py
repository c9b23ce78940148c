"""Groups of runs with equal values in some columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from errors import BadUserInput
from resolvers.views.keys import key_codes, key_values
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
    """An order of groups by an aggregate; groups whose aggregate is null come last.

    Args:
        aggregate: The aggregate.
        column: The aggregated column; None for the number of runs.
        descending: Whether the greatest comes first.
    """

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
    parent = runs.parents()
    code, possible = parent, len(runs)
    for key in keys:
        codes = key_codes(runs.child, key)
        if possible * codes.possible > _MAX_CODE:
            distinct, code = np.unique(code, return_inverse=True)
            possible = len(distinct)
        code = code * codes.possible + codes.array[runs.indices]
        possible *= codes.possible
    # numpy sorts 16-bit integers by radix, which is many times faster.
    order = np.argsort(code.astype(np.uint16) if possible <= _SHORT_CODES else code, kind="stable")
    in_order = code[order]
    starts = np.flatnonzero(in_order[1:] != in_order[:-1]) + 1
    bounds = np.concatenate(([0], starts, [len(order)])) if len(order) else np.zeros(1, np.int64)
    parts = Grouped(runs.child, bounds, runs.indices[order])
    counts = np.bincount(parent[order[bounds[:-1]]], minlength=len(runs))
    return offsets_of(counts), Groups(parts, keys)


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
