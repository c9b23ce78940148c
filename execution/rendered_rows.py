"""Rows that have been written before: the JSON of a table's rows under one selection, kept for the next request."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pyarrow as pa

    from execution.ropes import Texts
    from tables.table import Table

    Rendered = TypeVar("Rendered", "Texts", "pa.Array[Any]")

# A table with more rows is written row by row as rows are asked for: writing a million to answer ten costs more than
# it can ever save.
WHOLE_TABLE_ROWS = 16_384

_REMEMBERED = 1_024  # selections
_BYTES_OF_AN_OBJECT = 41  # that holds a text, and of the place in the list that it stands in


class RenderedRows:
    """What was written of whole tables, by table and selection; the least recently used goes first.

    Args:
        max_bytes: What all of it together may take.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[tuple[Table, Hashable], tuple[Any, int]] = OrderedDict()
        self._asked: OrderedDict[tuple[Table, Hashable], bool] = OrderedDict()

    def asked_before(self, table: Table, selection: Hashable) -> bool:
        """Say whether this selection was asked for lately; writing all of a table for a single answer is wasted."""
        key = (table, selection)
        # The key is put in anew, as the next one is this document's again: the same object, which is not compared.
        before = self._asked.pop(key, False)
        self._asked[key] = True
        if len(self._asked) > _REMEMBERED:
            self._asked.popitem(last=False)
        return before

    def get(self, table: Table, selection: Hashable, render: Callable[[], Rendered]) -> Rendered:
        """Return what is kept of this selection of the table's columns, or keep what `render` makes."""
        key = (table, selection)
        found = self._kept.pop(key, None)
        if found is not None:
            self._kept[key] = found  # likewise
            kept: Rendered = found[0]
            return kept
        rendered = render()
        size = _size(rendered)
        if size <= self._max_bytes:
            self._kept[key] = (rendered, size)
            self._bytes += size
            while self._bytes > self._max_bytes:
                _, (_, dropped) = self._kept.popitem(last=False)
                self._bytes -= dropped
        return rendered


def _size(rendered: Texts | pa.Array[Any]) -> int:
    if isinstance(rendered, list):
        return sum(map(len, rendered)) + _BYTES_OF_AN_OBJECT * len(rendered)
    size: int = rendered.nbytes
    return size
