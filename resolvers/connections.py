"""Connections: per row of a level, the selected rows and a page of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from resolvers.cursors import encode_cursor
from resolvers.paging import Bounds, page_bounds
from tables.batch import Batch, ListColumn, ObjectColumn
from tables.order import key_order
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from resolvers.filters import Filter
    from resolvers.narrowing import EmptyReason, Narrowing
    from resolvers.paging import PageArguments
    from tables.order import Order
    from tables.relations import Grouped
    from tables.row_set import RowSet


@dataclass(eq=False)
class Connection(Batch):
    """One connection per row of a level.

    Args:
        rows: The selected rows of each parent, not yet ordered.
        bounds: The page of each parent, as bounds into the ordered rows.
        order: The requested order.
        revision: The dataset's revision, for cursors.
        where: The filters of the rows, from the outermost field inwards.
        narrowing: The conditions that explain an empty selection; None for rows other than runs.
    """

    rows: Grouped
    bounds: Bounds
    order: Order
    revision: str
    where: tuple[Filter, ...] = ()
    narrowing: Narrowing | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, positions: NDArray[np.int64]) -> Connection:
        """Return the connections at these positions."""
        rows = self.rows.take(positions)
        moved = rows.offsets[:-1] - self.rows.offsets[positions]
        starts, stops = np.atleast_1d(self.bounds.starts), np.atleast_1d(self.bounds.stops)
        bounds = Bounds(starts[positions] + moved, stops[positions] + moved)
        narrowing = self.narrowing.take(positions) if self.narrowing else None
        return Connection(rows, bounds, self.order, self.revision, self.where, narrowing)

    @cached_property
    def selected(self) -> Grouped:
        """The selected rows of each parent in the requested order: the input of views."""
        return self.rows.ordered(self.order) if self._is_ordered else self.rows

    @cached_property
    def page(self) -> Grouped:
        """The rows of each page; rows outside of it need not be ordered."""
        starts, stops = self.bounds.starts, self.bounds.stops
        return self.rows.page(self.order, starts, stops) if self._is_ordered else self.rows.slices(starts, stops)

    @property
    def _is_ordered(self) -> bool:
        """Whether an order was requested: rows without one, whose signature is empty, stay as they are."""
        return bool(self.order.signature)

    @property
    def edges(self) -> ListColumn:
        """The rows of each page with their cursors."""
        return ListColumn(self.page.offsets, Edges(self.page.items, self.order, self.revision))

    @property
    def empty_because(self) -> ObjectColumn:
        """The conditions that make each selection empty; None for one with rows."""
        found: list[list[EmptyReason] | None] = [None] * len(self)
        empty = np.flatnonzero(self.rows.counts == 0)
        if len(empty) and self.narrowing is not None:
            for position, reasons in zip(empty.tolist(), self.narrowing.reasons(empty), strict=True):
                found[position] = reasons
        return ObjectColumn(found)

    @property
    def digest(self) -> list[str]:
        """The SHA-256 of each selection in hexadecimal, independent of order and page.

        The hashed text is the dataset's revision, then the selected ids in ascending order, one line each, in UTF-8.
        """
        runs = self.rows.ordered(key_order(self.rows.child))
        ids = runs.items.column("id").array().to_pylist()
        return [
            sha256("".join(f"{line}\n" for line in (self.revision, *ids[start:stop])).encode()).hexdigest()
            for start, stop in pairwise(runs.offsets.tolist())
        ]

    @property
    def has_next_page(self) -> NDArray[np.bool_]:
        """Whether rows follow each page."""
        return self.bounds.stops < self.rows.offsets[1:]

    @property
    def has_previous_page(self) -> NDArray[np.bool_]:
        """Whether rows precede each page."""
        return self.bounds.starts > self.rows.offsets[:-1]

    @property
    def start_cursor(self) -> list[str | None]:
        """The cursor of the first row of each page; None for an empty page."""
        return self._cursors(self.page.offsets[:-1])

    @property
    def end_cursor(self) -> list[str | None]:
        """The cursor of the last row of each page; None for an empty page."""
        return self._cursors(self.page.offsets[1:] - 1)

    def _cursors(self, positions: NDArray[np.int64]) -> list[str | None]:
        return [
            encode_cursor(self.order, self.revision, int(self.page.indices[position])) if count else None
            for count, position in zip(self.page.counts.tolist(), positions.tolist(), strict=True)
        ]


@dataclass(slots=True)
class Edges(StructBatch):
    """Rows with their cursors."""

    node: RowSet
    order: Order
    revision: str

    @property
    def cursor(self) -> list[str]:
        """The cursor of each row."""
        return [encode_cursor(self.order, self.revision, row) for row in self.node.indices.tolist()]


def connect(
    context: RequestContext,
    selected: Grouped,
    order: Order,
    page: PageArguments,
    *,
    where: tuple[Filter, ...] = (),
    narrowing: Narrowing | None = None,
) -> Connection:
    """Return one connection per parent, with a page of its selected rows in an order."""
    revision = context.dataset.provenance.revision
    bounds = page_bounds(page, selected, order, revision, context.limits)
    return Connection(selected, bounds, order, revision, where, narrowing)
