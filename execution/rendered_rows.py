"""Rows that have been written before: the JSON of a table's rows under one selection, kept for the next request."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pyarrow as pa

    from tables.table import Table

# A table with more rows is written row by row as rows are asked for: writing a million to answer ten costs more than
# it can ever save.
WHOLE_TABLE_ROWS = 65_536


class RenderedRows:
    """String arrays as long as a table, by table and selection; the least recently used go first.

    Args:
        max_bytes: What all of them together may take.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._arrays: OrderedDict[tuple[Table, Hashable], pa.Array[Any]] = OrderedDict()

    def get(self, table: Table, selection: Hashable, render: Callable[[], pa.Array[Any]]) -> pa.Array[Any]:
        """Return the array kept for this selection of the table's columns, or keep what `render` makes."""
        key = (table, selection)
        array = self._arrays.get(key)
        if array is not None:
            self._arrays.move_to_end(key)
            return array
        array = render()
        if array.nbytes <= self._max_bytes:
            self._arrays[key] = array
            self._bytes += array.nbytes
            while self._bytes > self._max_bytes:
                _, dropped = self._arrays.popitem(last=False)
                self._bytes -= dropped.nbytes
        return array
