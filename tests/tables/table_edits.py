"""Edits of an Arrow table that several tests make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


def replace_column(table: pa.Table, name: str, column: pa.Array[Any] | pa.ChunkedArray[Any]) -> pa.Table:
    """Return the table with one column replaced, at the same place."""
    return table.set_column(table.column_names.index(name), name, column)
