"""Relations between tables: each parent row's child rows as a slice of one array."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tables.row_set import RowSet
from tables.walk import STEP, is_walk_faster, page_in_order, row_mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tables.order import Order
    from tables.table import Table

    # Bound of each parent's list; an int for a single parent, because an array of one element costs microseconds.
    Bound: TypeAlias = int | NDArray[np.int64]

_UINT16_RANGE = 2**16
_OFFSETS_OF_ONE = 2  # bounds of the list of a single parent


@dataclass(slots=True)
class Grouped:
    """List of child rows for each of n parents.

    Args:
        child: Table of the children.
        offsets: Bounds of the lists in `indices`: n + 1 numbers from 0, int64.
        indices: Child rows of all parents, one parent after another, int64.
        mask: For a single parent, whether it has each row of the table; None if that is not computed.
    """

    child: Table
    offsets: NDArray[np.int64]
    indices: NDArray[np.int64]
    mask: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def of_one(cls, rows: RowSet) -> Grouped:
        """Return the list of a single parent."""
        return cls(rows.table, _offsets_of_one(len(rows)), rows.indices)

    @classmethod
    def whole(cls, table: Table) -> Grouped:
        """Return the list of a single parent with all rows of a table; always the same object."""
        return table.derive("whole", lambda: cls.of_one(RowSet.whole(table)))

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of children of each parent."""
        return self.offsets[1:] - self.offsets[:-1]  # a third of the time of numpy.diff

    @property
    def items(self) -> RowSet:
        """Children of all parents."""
        return RowSet(self.child, self.indices)

    def parents(self) -> NDArray[np.int64]:
        """Return the position of each child's parent."""
        return np.arange(len(self)).repeat(self.counts)

    def take(self, parents: NDArray[np.int64]) -> Grouped:
        """Return the lists of these parents, which may repeat.

        A parent beyond the last one, such as a model that was never measured (`with_unmeasured`), has no children.
        """
        if len(parents) == 1:
            parent, last = int(parents[0]), len(self)
            return self.slices(int(self.offsets[min(parent, last)]), int(self.offsets[min(parent + 1, last)]))
        if len(parents) == len(self) and np.array_equal(parents, np.arange(len(self))):
            return self
        try:
            starts, stops = self.offsets[parents], self.offsets[parents + 1]
        except IndexError:  # a parent beyond the last; checking beforehand would slow down every relation
            starts, stops = (self.offsets.take(each, mode="clip") for each in (parents, parents + 1))
        return self.slices(starts, stops)

    def slices(self, starts: Bound, stops: Bound) -> Grouped:
        """Return the lists at these bounds of `indices`; ints are the bounds of a single parent."""
        if isinstance(starts, int):  # the most frequent case, a connection at the root: a view
            indices = self.indices
            if not starts and stops == len(indices) and len(self.offsets) == _OFFSETS_OF_ONE:
                return self
            indices = indices[starts:stops]
            return Grouped(self.child, _offsets_of_one(len(indices)), indices)
        own = self.offsets
        if len(starts) == len(self):
            # A third of the time of two calls of `numpy.array_equal`.
            same = (starts == own[:-1]) & (stops == own[1:])
            if np.count_nonzero(same) == len(starts):
                return self
        counts = stops - starts
        offsets = offsets_of(counts)
        shift = (starts - offsets[:-1]).repeat(counts)
        return Grouped(self.child, offsets, self.indices[np.arange(offsets[-1]) + shift])

    def where(self, mask: NDArray[np.bool_]) -> Grouped:
        """Return the children that a mask, one boolean per row of the child table, selects."""
        if self.indices is self.child.all_rows and len(self.offsets) == _OFFSETS_OF_ONE:
            (rows,) = mask.nonzero()
            count = len(rows)
            return self if count == len(mask) else Grouped(self.child, _offsets_of_one(count), rows, mask)
        selected = mask.take(self.indices)
        if np.count_nonzero(selected) == len(selected):  # a fifth of the time of `all`
            return self
        if len(self) == 1:
            return self._of_one(self.indices.compress(selected))
        return Grouped(self.child, offsets_of(selected)[self.offsets], self.indices.compress(selected))

    def ordered(self, order: Order, *, walk: bool | None = None) -> Grouped:
        """Return each parent's children, distinct under that parent, in an order of the child table; see `page`."""
        if len(self) == 1:
            return self.page(order, 0, len(self.indices), walk=walk, step=self.child.num_rows)
        base = self.parents() * order.table.num_rows
        positions = np.sort(base + order.rank.take(self.indices)) - base
        return Grouped(self.child, self.offsets, order.rows.take(positions))

    def page(
        self,
        order: Order,
        starts: Bound,
        stops: Bound,
        *,
        walk: bool | None = None,
        step: int = STEP,
    ) -> Grouped:
        """Return one page of the ordered children per parent.

        The positions of the children in the order are sorted, then replaced by their rows. If a single parent has a
        large part of the table's rows, walking along the order, from its nearer end to the end of the page, is faster.

        Args:
            order: Order of the child table.
            starts: Start of each parent's page among its ordered children; an int for a single parent.
            stops: End of each parent's page, exclusive.
            walk: Whether to walk; None for the faster way. With several parents the positions are always sorted.
            step: Rows per step of a walk.
        """
        if not (isinstance(starts, int) and isinstance(stops, int)):
            return self.ordered(order).slices(starts, stops)
        count = len(self.indices)
        if walk is None:
            walk = is_walk_faster(self.child.num_rows, count, min(stops, count - starts))
        if not walk:
            rows = order.rows.take(np.sort(order.rank.take(self.indices))[starts:stops])
        elif starts + stops <= count:
            rows = page_in_order(self._mask(), order.rows, starts, stops, step=step)
        else:
            rows = page_in_order(self._mask(), order.rows[::-1], count - stops, count - starts, step=step)[::-1]
        return self._of_one(rows)

    def _mask(self) -> NDArray[np.bool_]:
        return row_mask(self.indices, self.child.num_rows) if self.mask is None else self.mask

    def _of_one(self, indices: NDArray[np.int64]) -> Grouped:
        return Grouped(self.child, _offsets_of_one(len(indices)), indices)


@lru_cache(maxsize=1_024)
def _offsets_of_one(count: int) -> NDArray[np.int64]:
    """Return the bounds of a single list; creating the array takes eight times as long as this cache lookup."""
    offsets = np.array([0, count], np.int64)
    offsets.flags.writeable = False
    return offsets


def offsets_of(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the n + 1 bounds of n lists of these lengths, from 0; for booleans, the number of trues before each."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    counts.cumsum(out=offsets[1:])
    return offsets


def group_rows(child: Table, parent_of: NDArray[np.int64], parents: int) -> Grouped:
    """Return each parent's child rows in table order, given the parent of each child row and the number of parents."""
    counts = np.bincount(parent_of, minlength=parents)
    # numpy sorts uint16 by radix, which is many times faster.
    codes = parent_of.astype(np.uint16) if parents <= _UINT16_RANGE else parent_of
    return Grouped(child, offsets_of(counts), np.argsort(codes, kind="stable"))


def distinct(numbers: NDArray[np.int64], possible: int) -> NDArray[np.int64]:
    """Return the distinct values of numbers from 0 to `possible` - 1, ascending."""
    if possible > len(numbers):
        return np.unique(numbers)
    return np.flatnonzero(row_mask(numbers, possible))
