"""Pages: validation of a connection's arguments, and the bounds of each parent's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import BadUserInput
from resolvers.cursors import decode_cursor
from tables.relations import offsets_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolvers.context import Limits
    from tables.order import Order
    from tables.relations import Bound, Grouped

_MAX_OFFSET = 2**31 - 1


@dataclass(slots=True)
class PageArguments:
    """Page arguments of a request; None for an omitted argument."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    offset: int | None = None


def page_bounds(page: PageArguments, rows: Grouped, order: Order, revision: str, limits: Limits) -> tuple[Bound, Bound]:
    """Cut each parent's ordered rows to a page; return its start and stop as positions in the grouped rows.

    `after` and `before` are applied first, then `offset`, then `first` or `last`.

    Raises:
        BadUserInput: An argument is out of range or excluded by another, or a cursor is not of this list.
    """
    _check(page, limits)
    starts: Any
    stops: Any
    offsets = rows.offsets
    starts, stops, least, most = (
        (0, len(rows.indices), min, max) if len(rows) == 1 else (offsets[:-1], offsets[1:], np.minimum, np.maximum)
    )
    if page.after is not None:
        place = decode_cursor("after", page.after, order, revision)
        starts = starts + _count(rows, order.rank.take(rows.indices) <= place)
    if page.before is not None:
        place = decode_cursor("before", page.before, order, revision)
        stops = stops - _count(rows, order.rank.take(rows.indices) >= place)
        stops = most(starts, stops)
    if page.last is not None:
        return most(starts, stops - page.last), stops
    if page.offset:
        starts = least(starts + page.offset, stops)
    size = limits.default_page if page.first is None else page.first
    return starts, least(starts + size, stops)


def _check(page: PageArguments, limits: Limits) -> None:
    first, last, offset = page.first, page.last, page.offset
    if first is not None and last is not None:
        raise BadUserInput(
            f"first: {first} and last: {last} exclude each other; use only one of them.", argument="first"
        )
    if offset is not None and (last is not None or page.before is not None):
        raise BadUserInput(
            f"offset: {offset} counts from the start; allowed with first and after, not with last or before.",
            argument="offset",
        )
    if first is not None and not 0 <= first <= limits.max_page:
        raise _out_of_range("first", first, limits.max_page)
    if last is not None and not 0 <= last <= limits.max_page:
        raise _out_of_range("last", last, limits.max_page)
    if offset is not None and not 0 <= offset <= _MAX_OFFSET:
        raise _out_of_range("offset", offset, _MAX_OFFSET)


def _out_of_range(argument: str, value: int, cap: int) -> BadUserInput:
    return BadUserInput(
        f"{argument}: {value} is out of range; allowed: 0 to {cap}.", argument=argument, value=value, allowed=cap
    )


def _count(rows: Grouped, selected: NDArray[np.bool_]) -> Bound:
    """Return the number of selected rows of each parent."""
    if len(rows) == 1:
        return int(np.count_nonzero(selected))
    before = offsets_of(selected)
    counts: NDArray[np.int64] = before[rows.offsets[1:]] - before[rows.offsets[:-1]]
    return counts
