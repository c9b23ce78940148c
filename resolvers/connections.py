"""Connections: per row of a level, the selected rows and a page of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.cursors import encode_cursor
from resolvers.paging import Bounds, page_bounds
from tables.batch import Batch, ListColumn, ObjectColumn
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

    def has_next_page(self) -> pa.Array[Any]:
        """Return for each page whether rows follow it."""
        return pa.array(self.bounds.stops < self.rows.offsets[1:])

    def has_previous_page(self) -> pa.Array[Any]:
        """Return for each page whether rows precede it."""
        return pa.array(self.bounds.starts > self.rows.offsets[:-1])

    def start_cursor(self) -> pa.Array[Any]:
        """Return the cursor of each page's first row, null where it is empty."""
        return self._cursors(self.page.offsets[:-1])

    def end_cursor(self) -> pa.Array[Any]:
        """Return the cursor of each page's last row, null where it is empty."""
        return self._cursors(self.page.offsets[1:] - 1)

    def _cursors(self, positions: NDArray[np.int64]) -> pa.Array[Any]:
        cursors = [
            encode_cursor(self.order, self.revision, int(self.page.indices[position])) if count else None
            for count, position in zip(self.page.counts.tolist(), positions.tolist(), strict=True)
        ]
        return pa.array(cursors, pa.string())


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
