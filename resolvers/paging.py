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


@dataclass(slots=True, kw_only=True)
class PageArguments:
    """Page arguments of a request; None for an omitted argument."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    offset: int | None = None


@dataclass(slots=True)
class Bounds:
    """Bounds of each parent's page, as positions in the grouped rows."""

    starts: Bound
    stops: Bound


def page_bounds(page: PageArguments, rows: Grouped, order: Order, revision: str, limits: Limits) -> Bounds:
    """Cut each parent's ordered rows to a page.

    `after` and `before` are applied first, then `offset`, then `first` or `last`.

    Raises:
        BadUserInput: An argument is out of range or excluded by another, or a cursor is not of this list.
    """
    _check(page, limits)
    starts: Any
    stops: Any
    starts, stops, least, most = (
        (0, len(rows.indices), min, max)
        if len(rows) == 1
        else (rows.offsets[:-1], rows.offsets[1:], np.minimum, np.maximum)
    )
    if page.after is not None:
        place = decode_cursor("after", page.after, order, revision)
        starts = starts + _count(rows, order.rank.take(rows.indices) <= place)
    if page.before is not None:
        place = decode_cursor("before", page.before, order, revision)
        stops = stops - _count(rows, order.rank.take(rows.indices) >= place)
        stops = most(starts, stops)
    if page.last is not None:
        return Bounds(most(starts, stops - page.last), stops)
    starts = least(starts + (page.offset or 0), stops)
    size = limits.default_page if page.first is None else page.first
    return Bounds(starts, least(starts + size, stops))


def _check(page: PageArguments, limits: Limits) -> None:
    if page.first is not None and page.last is not None:
        raise BadUserInput(
            f"first: {page.first} and last: {page.last} exclude each other; use only one of them.", argument="first"
        )
    if page.offset is not None and (page.last is not None or page.before is not None):
        raise BadUserInput(
            f"offset: {page.offset} counts from the start; allowed with first and after, not with last or before.",
            argument="offset",
        )
    _check_number("first", page.first, limits.max_page)
    _check_number("last", page.last, limits.max_page)
    _check_number("offset", page.offset, _MAX_OFFSET)


def _check_number(argument: str, value: int | None, cap: int) -> None:
    if value is not None and not 0 <= value <= cap:
        raise BadUserInput(
            f"{argument}: {value} is out of range; allowed: 0 to {cap}.", argument=argument, value=value, allowed=cap
        )


def _count(rows: Grouped, selected: NDArray[np.bool_]) -> Bound:
    """Return the number of selected rows of each parent."""
    if len(rows) == 1:
        return int(np.count_nonzero(selected))
    before = offsets_of(selected)
    counts: NDArray[np.int64] = before[rows.offsets[1:]] - before[rows.offsets[:-1]]
    return counts
