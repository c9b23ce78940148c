"""Look-ups: one row of a table by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tables.row_set import RowSet

if TYPE_CHECKING:
    from tables.table import Table


def row_of_key(table: Table, key: str) -> RowSet | None:
    """Return the row with this key, or None."""
    row = table.row_of.get(key)
    return None if row is None else RowSet.single(table, row)
