"""Relations between tables, computed once: each parent row's child rows as one slice of one array."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tables.row_set import RowSet
from tables.walk import STEP, met, note, picked, walks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tables.order import Order
    from tables.table import Table

    # Of each parent's list; a single parent's is a whole number, as numpy takes microseconds for an array of one.
    Bound: TypeAlias = int | NDArray[np.int64]

_SHORT = 2**16


@dataclass(slots=True)
class Grouped:
    """For each of n parents a list of child rows.

    Args:
        child: The table of the children.
        offsets: n + 1 bounds into `indices`, int64, from 0.
        indices: The child rows of all parents, one parent after another, int64.
        mask: For each row of the table whether a single parent has it; None where that would have to be computed.
    """

    child: Table
    offsets: NDArray[np.int64]
    indices: NDArray[np.int64]
    mask: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def of_one(cls, rows: RowSet) -> Grouped:
        """The list of a single parent."""
        return cls(rows.table, _offsets_of_one(len(rows)), rows.indices)

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many children each parent has."""
        return self.offsets[1:] - self.offsets[:-1]  # a third of the time of numpy.diff

    @property
    def items(self) -> RowSet:
        """The children of all parents."""
        return RowSet(self.child, self.indices)

    def parents(self) -> NDArray[np.int64]:
        """The parent's position, for each child."""
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
        except IndexError:  # one lies beyond the last; checking beforehand would slow down every relation
            starts, stops = (self.offsets.take(each, mode="clip") for each in (parents, parents + 1))
        return self.slices(starts, stops)

    def slices(self, starts: Bound, stops: Bound) -> Grouped:
        """Return the lists that lie at these bounds of `indices`; whole numbers are those of a single parent."""
        if isinstance(starts, int):  # a view: the most frequent case, a connection at the root
            whole = len(self) == 1 and not starts and stops == len(self.indices)
            return self if whole else self._of_one(self.indices[starts:stops])
        if np.array_equal(starts, self.offsets[:-1]) and np.array_equal(stops, self.offsets[1:]):
            return self
        counts = stops - starts
        offsets = offsets_of(counts)
        moved = (starts - offsets[:-1]).repeat(counts)
        return Grouped(self.child, offsets, self.indices[np.arange(offsets[-1]) + moved])

    def where(self, mask: NDArray[np.bool_]) -> Grouped:
        """Keep the children for whose row the mask, one boolean per row of the child table, is true."""
        if self.indices is self.child.all_rows and len(self) == 1:
            (kept_rows,) = mask.nonzero()
            whole = len(kept_rows) == len(mask)
            return self if whole else Grouped(self.child, _offsets_of_one(len(kept_rows)), kept_rows, mask)
        kept = mask.take(self.indices)
        if kept.all():
            return self
        if len(self) == 1:
            return self._of_one(self.indices.compress(kept))
        return Grouped(self.child, offsets_of(kept)[self.offsets], self.indices.compress(kept))

    def ordered(self, order: Order, *, walk: bool | None = None) -> Grouped:
        """Bring each parent's children, each at most once under it, into an order of their table.

        The places of the children are sorted, and the order says which row has which place. Where a single parent has
        a good part of the table's rows, walking the whole order and picking those that it has is faster.

        Args:
            order: The order.
            walk: Whether to walk; None for what is faster. Many parents' children are sorted in any case.
        """
        if len(self) != 1:
            base = self.parents() * order.table.num_rows
            places = np.sort(base + order.rank.take(self.indices)) - base
            return Grouped(self.child, self.offsets, order.rows.take(places))
        if walk is None:
            walk = walks(self.child.num_rows, len(self.indices))
        if walk:
            return self._of_one(picked(self._noted(), order.rows))
        return self._of_one(order.rows.take(np.sort(order.rank.take(self.indices))))

    def page(
        self,
        order: Order,
        starts: Bound,
        stops: Bound,
        *,
        walk: bool | None = None,
        step: int = STEP,
    ) -> Grouped:
        """Return what lies at these bounds, one page for each parent, of the children in an order.

        Args:
            order: The order.
            starts: Where each parent's page begins in the ordered children; a whole number for a single parent.
            stops: Where it ends.
            walk: Whether to walk the order, only as far as to the page's end and from the nearer side; see `ordered`.
            step: How many rows to walk past at a time.
        """
        if not (isinstance(starts, int) and isinstance(stops, int)):
            return self.ordered(order).slices(starts, stops)
        count = len(self.indices)
        if walk is None:
            walk = walks(self.child.num_rows, count, wanted=min(stops, count - starts))
        if not walk:
            return self.ordered(order, walk=False).slices(starts, stops)
        if starts + stops <= count:
            return self._of_one(met(self._noted(), order.rows, starts, stops, step=step))
        return self._of_one(met(self._noted(), order.rows[::-1], count - stops, count - starts, step=step)[::-1])

    def _noted(self) -> NDArray[np.bool_]:
        return note(self.indices, self.child.num_rows) if self.mask is None else self.mask

    def _of_one(self, indices: NDArray[np.int64]) -> Grouped:
        return Grouped(self.child, _offsets_of_one(len(indices)), indices)


@lru_cache(maxsize=1_024)
def _offsets_of_one(count: int) -> NDArray[np.int64]:
    """Return the bounds of a single list; to make the array takes eight times as long as to look it up."""
    offsets = np.array([0, count], np.int64)
    offsets.flags.writeable = False
    return offsets


def offsets_of(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return the n + 1 bounds of n lists of these lengths, from 0; of booleans, how many are true before each."""
    offsets = np.zeros(len(counts) + 1, np.int64)
    counts.cumsum(out=offsets[1:])
    return offsets


def group_rows(child: Table, parent_of: NDArray[np.int64], parents: int) -> Grouped:
    """Turn each child row's parent into each parent's child rows, these in table order."""
    counts = np.bincount(parent_of, minlength=parents)
    # Few enough to be sorted by their digits, which is many times faster.
    short = parent_of.astype(np.uint16) if parents <= _SHORT else parent_of
    return Grouped(child, offsets_of(counts), np.argsort(short, kind="stable"))


def distinct(numbers: NDArray[np.int64], possible: int) -> NDArray[np.int64]:
    """Return which numbers there are of those from 0 to below `possible`, ascending.

    Where there are more numbers than possible ones, each is ticked off instead of sorted.
    """
    if possible > len(numbers):
        return np.unique(numbers)
    there = np.zeros(possible, np.bool_)
    there[numbers] = True
    return np.flatnonzero(there)
