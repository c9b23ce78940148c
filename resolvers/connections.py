"""Connections: per row of a level, the selected rows and a page of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from resolvers.cursors import encode_cursor
from resolvers.paging import page_bounds
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
    from tables.relations import Bound, Grouped
    from tables.row_set import RowSet


@dataclass(slots=True, eq=False)
class Connection(Batch):
    """One connection per row of a level.

    Args:
        rows: The selected rows of each parent, not yet ordered.
        starts: Start of each parent's page in the ordered rows.
        stops: End of each parent's page, exclusive.
        order: The requested order.
        revision: The dataset's revision, for cursors.
        where: The filters of the rows, from the outermost field inwards.
        narrowing: The conditions that explain an empty selection; None for rows other than runs.
    """

    rows: Grouped
    starts: Bound
    stops: Bound
    order: Order
    revision: str
    where: tuple[Filter, ...] = ()
    narrowing: Narrowing | None = None
    # Not a `cached_property`, whose lock takes 0.5 µs in Python 3.11.
    _selected: Grouped | None = field(init=False, default=None)
    _page: Grouped | None = field(init=False, default=None)

    def __len__(self) -> int:
        return len(self.rows.offsets) - 1

    def take(self, positions: NDArray[np.int64]) -> Connection:
        """Return the connections at these positions."""
        rows = self.rows.take(positions)
        moved = rows.offsets[:-1] - self.rows.offsets[positions]
        starts, stops = np.atleast_1d(self.starts), np.atleast_1d(self.stops)
        narrowing = self.narrowing.take(positions) if self.narrowing else None
        return Connection(
            rows, starts[positions] + moved, stops[positions] + moved, self.order, self.revision, self.where, narrowing
        )

    @property
    def selected(self) -> Grouped:
        """The selected rows of each parent in the requested order: the input of views."""
        if self._selected is None:
            # Rows without a requested order, whose signature is empty, stay as they are; below likewise.
            self._selected = self.rows.ordered(self.order) if self.order.signature else self.rows
        return self._selected

    @property
    def page(self) -> Grouped:
        """The rows of each page; rows outside of it need not be ordered."""
        if self._page is None:
            rows, order, starts, stops = self.rows, self.order, self.starts, self.stops
            self._page = rows.page(order, starts, stops) if order.signature else rows.slices(starts, stops)
        return self._page

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
        return self.stops < self.rows.offsets[1:]

    @property
    def has_previous_page(self) -> NDArray[np.bool_]:
        """Whether rows precede each page."""
        return self.starts > self.rows.offsets[:-1]

    @property
    def start_cursor(self) -> ObjectColumn:
        """The cursor of the first row of each page; None for an empty page."""
        return self._cursors(self.page.offsets[:-1])

    @property
    def end_cursor(self) -> ObjectColumn:
        """The cursor of the last row of each page; None for an empty page."""
        return self._cursors(self.page.offsets[1:] - 1)

    def _cursors(self, positions: NDArray[np.int64]) -> ObjectColumn:
        page, order, revision = self.page, self.order, self.revision
        return ObjectColumn(
            [
                encode_cursor(order, revision, int(page.indices[position])) if count else None
                for count, position in zip(page.counts.tolist(), positions.tolist(), strict=True)
            ]
        )


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
    starts, stops = page_bounds(page, selected, order, revision, context.limits)
    return Connection(selected, starts, stops, order, revision, where, narrowing)
