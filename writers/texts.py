"""Cache of JSON texts of table rows: by table and block for selections, by table and column for cells."""

from __future__ import annotations

from dataclasses import dataclass
from sys import getsizeof
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from writers.cells import cell_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pyarrow as pa
    from numpy.typing import NDArray

    from caches import ByteCache
    from execution.ceilings import Ceilings
    from execution.steps import Block
    from tables.row_set import RowSet, TableColumn

Texts: TypeAlias = "list[bytes]"
TextArray: TypeAlias = "NDArray[np.object_]"

_WHOLE_BLOCK_BYTES = 2**25  # likewise, for wide blocks such as hundreds of aliases
_ENTRY_BYTES = 200  # of an entry's objects, without the texts

# Rows of larger tables are written on request: writing a million rows to return ten never pays off.
WHOLE_TABLE_ROWS = 16_384


@dataclass(slots=True, eq=False)
class _Whole:
    """The texts of a whole table; none after the first request."""

    texts: TextArray
    longest: int  # maximum length of a text


class RowTexts:
    """Cached texts of whole tables, from which a request takes its rows."""

    def __init__(self, cache: ByteCache[Any, Any]) -> None:
        self._cache = cache

    def block(self, block: Block, rows: RowSet, write: Callable[[RowSet], Texts], ceilings: Ceilings) -> Texts | None:
        """Return the text of each row; None if the whole table is not cached and the caller must write the rows.

        Args:
            block: The fields.
            rows: The rows.
            write: Returns the texts of any rows of the table.
            ceilings: Count the bytes of the texts.

        Raises:
            QueryTooComplex: The answer is too long.
        """
        table = rows.table
        if table.request_scoped or table.num_rows > WHOLE_TABLE_ROWS:
            return None
        key = (table, block.fingerprint)
        whole: _Whole | None = self._cache.get(key)
        if whole is None:
            # An empty entry marks the first request of a block: most blocks are not requested again.
            self._put(key, [])
            return None
        if not whole.texts.size:
            if table.num_rows * block.row_bytes > _WHOLE_BLOCK_BYTES:
                return None
            whole = self._put(key, write(type(rows).whole(table)))
        return _rows_of(whole, rows, ceilings)

    def cells(self, column: TableColumn, prefix: bytes, ceilings: Ceilings) -> Texts:
        """Return the text of each cell of a table's column, with a prefix.

        Raises:
            QueryTooComplex: The answer is too long.
        """
        table = column.rows.table
        if table.request_scoped or table.num_rows > WHOLE_TABLE_ROWS:
            texts = _prefixed(prefix, column.array())
            ceilings.add_texts(texts, _longest(texts))
            return texts
        key = (table, column.name, prefix)
        whole: _Whole | None = self._cache.get(key)
        if whole is None:
            whole = self._put(key, _prefixed(prefix, table.columns[column.name]))
        return _rows_of(whole, column.rows, ceilings)

    def _put(self, key: Hashable, texts: Texts) -> _Whole:
        array = np.empty(len(texts), np.object_)
        array[:] = texts
        whole = _Whole(array, _longest(texts))
        self._cache.put(key, whole, size_of(texts) + _ENTRY_BYTES)
        return whole


def size_of(texts: Texts) -> int:
    """Return the memory of a list of texts in bytes."""
    return getsizeof(texts) + sum(map(getsizeof, texts))


def _rows_of(whole: _Whole, rows: RowSet, ceilings: Ceilings) -> Texts:
    # An array of objects takes 10 µs for 838 rows, a list 24 µs.
    indices = rows.indices
    texts: Texts = (whole.texts if indices is rows.table.all_rows else whole.texts.take(indices)).tolist()
    bound = len(texts) * whole.longest
    if bound <= ceilings.unmeasured_left:  # `add_texts`, without a call
        ceilings.unmeasured_left -= bound
    else:
        ceilings.add_texts(texts, whole.longest)
    return texts


def _longest(texts: Texts) -> int:
    return max(map(len, texts), default=0)


def _prefixed(prefix: bytes, array: pa.Array[Any]) -> Texts:
    texts = cell_texts(array)
    return [prefix + text for text in texts] if prefix else texts
