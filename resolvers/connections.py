"""Connections: for each row of a level, the rows that its arguments select, in order, and a page of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from resolvers.cursors import encode_cursor
from resolvers.paging import Bounds, page_bounds
from tables.batch import Batch, Lists

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from resolvers.paging import PageArguments
    from tables.conditions import Condition
    from tables.order import Order
    from tables.relations import Grouped
    from tables.row_set import RowSet


@dataclass(frozen=True, slots=True)
class Connection(Batch):
    """One connection per row of a level.

    Args:
        selected: All rows that the arguments select, for each parent, ordered: what views and counts are taken of.
        bounds: The page of each.
        order: The order they are in.
        revision: The dataset's revision, for cursors.
        where: What the rows were filtered by, if anything.
    """

    selected: Grouped
    bounds: Bounds
    order: Order
    revision: str
    where: Condition | None = None

    def __len__(self) -> int:
        return len(self.selected)

    def take(self, positions: NDArray[np.int64]) -> Connection:
        """Return the connections at these positions."""
        selected = self.selected.of(positions)
        moved = selected.offsets[:-1] - self.selected.offsets[positions]
        bounds = Bounds(self.bounds.starts[positions] + moved, self.bounds.stops[positions] + moved)
        return Connection(selected, bounds, self.order, self.revision, self.where)

    def nodes(self) -> Grouped:
        """Return the rows of each page."""
        return self.selected.slices(self.bounds.starts, self.bounds.stops)

    def edges(self) -> Lists:
        """Return the rows of each page, each with its cursor."""
        page = self.nodes()
        return Lists(page.offsets, Edges(page.items, self.order, self.revision))

    def total_count(self) -> pa.Array[Any]:
        """Count what the arguments select, whatever the page."""
        return pa.array(self.selected.counts)

    def has_next_page(self) -> pa.Array[Any]:
        """Say of each page whether rows follow it."""
        return pa.array(self.bounds.stops < self.selected.offsets[1:])

    def has_previous_page(self) -> pa.Array[Any]:
        """Say of each page whether rows precede it."""
        return pa.array(self.bounds.starts > self.selected.offsets[:-1])

    def start_cursor(self) -> pa.Array[Any]:
        """Return the cursor of each page's first row, null where it is empty."""
        return self._cursors(self.bounds.starts)

    def end_cursor(self) -> pa.Array[Any]:
        """Return the cursor of each page's last row, null where it is empty."""
        return self._cursors(self.bounds.stops - 1)

    def _cursors(self, positions: NDArray[np.int64]) -> pa.Array[Any]:
        empty = self.bounds.starts >= self.bounds.stops
        rows = self.selected.indices
        cursors = [
            None if nothing else encode_cursor(self.order, self.revision, int(rows[position]))
            for nothing, position in zip(empty.tolist(), positions.tolist(), strict=True)
        ]
        return pa.array(cursors, pa.string())


@dataclass(frozen=True, slots=True)
class Edges(Batch):
    """Rows with their cursors."""

    rows: RowSet
    order: Order
    revision: str

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, positions: NDArray[np.int64]) -> Edges:
        """Return the edges at these positions."""
        return Edges(self.rows.take(positions), self.order, self.revision)

    def cursors(self) -> pa.Array[Any]:
        """Return the cursor of each row."""
        cursors = [encode_cursor(self.order, self.revision, row) for row in self.rows.indices.tolist()]
        return pa.array(cursors, pa.string())


def connect(
    context: RequestContext, selected: Grouped, order: Order, page: PageArguments, *, where: Condition | None = None
) -> Connection:
    """Order the selected rows of each parent and cut them to a page."""
    if order.signature:  # rows come in file order; any other order has a signature
        selected = selected.ordered(order)
    revision = context.dataset.provenance.revision
    bounds = page_bounds(page, selected, order, revision, context.limits)
    return Connection(selected, bounds, order, revision, where)
