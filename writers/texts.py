"""JSON texts of table rows, cached: by table and block for whole selections, by table and column for single cells."""

from __future__ import annotations

from sys import getsizeof
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from writers.cells import cell_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pyarrow as pa
    from numpy.typing import NDArray

    from caches import ByteCache
    from execution.steps import Block
    from tables.row_set import RowSet, TableColumn

Texts: TypeAlias = "list[bytes]"
TextArray: TypeAlias = "NDArray[np.object_]"

# Rows of larger tables are written as they are requested: writing a million to answer ten never pays off.
WHOLE_TABLE_ROWS = 16_384


class RowTexts:
    """Texts of whole tables, from which a request picks its rows.

    Args:
        cache: Holds the texts; bounded in bytes.
    """

    def __init__(self, cache: ByteCache[Any, Any]) -> None:
        self._cache = cache

    def block(self, block: Block, rows: RowSet, write: Callable[[RowSet], Texts]) -> Texts | None:
        """Return the text of each row; None where the whole table is not written, and the rows are by themselves.

        Args:
            block: The fields.
            rows: The rows.
            write: Writes the fields of any rows of the table.
        """
        table = rows.table
        if table.of_request or table.num_rows > WHOLE_TABLE_ROWS:
            return None
        key = (table, block.fingerprint)
        texts = self._cache.get(key)
        if texts is None:
            # An empty entry notes that the block was requested once: most are not requested again.
            self._put(key, [])
            return None
        if not texts.size:
            texts = self._put(key, write(type(rows).whole(table)))
        return picked(texts, rows)

    def cells(self, column: TableColumn, before: bytes) -> Texts:
        """Return the text of each cell of a table's column, with the same text before each."""
        table = column.rows.table
        if table.of_request or table.num_rows > WHOLE_TABLE_ROWS:
            return _behind(before, column.array())
        key = (table, column.name, before)
        texts = self._cache.get(key)
        if texts is None:
            texts = self._put(key, _behind(before, table.columns[column.name]))
        return picked(texts, column.rows)

    def _put(self, key: Hashable, texts: Texts) -> TextArray:
        array = np.empty(len(texts), np.object_)
        array[:] = texts
        self._cache.put(key, array, size_of(texts))
        return array


def size_of(texts: Texts) -> int:
    """Return the memory that a list of texts takes, in bytes."""
    return getsizeof(texts) + sum(map(getsizeof, texts))


def picked(texts: TextArray, rows: RowSet) -> Texts:
    """Return the texts of some rows out of those of the whole table."""
    # From an array of objects, which takes half as long as from a list: 10 of 24 µs for 838 rows.
    found: Texts = (texts if rows.indices is rows.table.all_rows else texts.take(rows.indices)).tolist()
    return found


def _behind(before: bytes, array: pa.Array[Any]) -> Texts:
    texts = cell_texts(array)
    return [before + text for text in texts] if before else texts
