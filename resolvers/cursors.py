"""Cursors: opaque text for a position in an order of one revision; valid with nulls, ties and other filters."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

import orjson

from errors import BadUserInput, clipped, shown

if TYPE_CHECKING:
    from tables.order import Order

_FIELDS = 4


def encode_cursor(order: Order, revision: str, row: int) -> str:
    """Return the cursor of a row: the revision, the order, the row's values in that order, and its key."""
    key = order.table.columns[order.table.key][row].as_py()
    return urlsafe_b64encode(orjson.dumps([*_belongs_to(order, revision), order.values(row), key])).decode().rstrip("=")


def decode_cursor(argument: str, cursor: str, order: Order, revision: str) -> int:
    """Return the rank of a cursor's row in the order.

    Raises:
        BadUserInput: The text is not a cursor, or a cursor of another order or revision.
    """
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        parts = None
    if not isinstance(parts, list) or len(parts) != _FIELDS:
        raise _refused(argument, cursor, "is not a cursor; use a cursor that this list returned")
    its_revision, its_order, values, key = parts
    wanted_revision, wanted_order = _belongs_to(order, revision)
    if its_revision != wanted_revision:
        raise _refused(
            argument,
            cursor,
            f"belongs to another revision; this one is {revision}; start at the first page",
        )
    if its_order != wanted_order:
        raise _refused(argument, cursor, "belongs to another list or orderBy; use a cursor that this list returned")
    row = order.table.row_of.get(key) if isinstance(key, str) else None
    if row is None or values != order.values(row):
        raise _refused(argument, cursor, "does not match a row of this list; use a cursor that this list returned")
    return int(order.rank[row])


def _belongs_to(order: Order, revision: str) -> tuple[str, str]:
    return revision[:12], order.digest


def _refused(argument: str, cursor: str, reason: str) -> BadUserInput:
    return BadUserInput(f"{argument}: {shown(cursor)} {reason}.", argument=argument, value=clipped(cursor))
