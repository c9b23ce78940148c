"""Orders of a table by several columns, with nulls first or last and ties broken by the row's key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from caches import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from caches import ByteCache
    from tables.table import Table

_UINT16_RANGE = 2**16
# Measured: the Python objects of an `Order`, of its two arrays and its digest, of the dict of the cached ones, and of
# the key's tuple.
_BYTES_OF_OBJECTS = 1_000
_BYTES_PER_KEY = 80  # the key's tuple; the column name in it exists anyway


class OrderKey(NamedTuple):
    """Column and direction of an order; a tuple, so that cached orders are looked up without formatting a text."""

    column: str
    descending: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        return f"{self.column}{'-' if self.descending else '+'}{'^' if self.nulls_first else '_'}"


@dataclass(frozen=True, eq=False)
class Order:
    """Total order of a table's rows.

    Args:
        table: The table.
        signature: Unique among the orders of the table; part of cursors.
        columns: The columns to order by; their values are part of cursors.
        rows: All rows of the table in this order, int64.
    """

    table: Table
    signature: str
    columns: tuple[str, ...]
    rows: NDArray[np.int64]

    @cached_property
    def rank(self) -> NDArray[np.int32]:
        """Position of each row in the order."""
        rank = np.empty(len(self.rows), np.int32)
        rank[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return rank

    @cached_property
    def digest(self) -> str:
        """Digest of the table's name and the signature, for cursors."""
        return blake2b(f"{self.table.name}\n{self.signature}".encode(), digest_size=6).hexdigest()

    def values(self, row: int) -> list[Any]:
        """Return a row's cells in the columns of the order."""
        return [self.table.columns[column][row].as_py() for column in self.columns]


class OrderCache:
    """Cache of orders by table and keys."""

    def __init__(self, cache: ByteCache[tuple[Table, tuple[OrderKey, ...]], Order]) -> None:
        self._orders = cache

    def order_by(self, table: Table, keys: Sequence[OrderKey]) -> Order:
        """Return the order by these keys from the cache, or sort; orders of request-scoped tables are not cached."""
        if not keys:
            return file_order(table)
        if table.request_scoped:
            return order_by(table, keys)
        key = table, tuple(keys)
        order = self._orders.get(key)
        if order is None:
            order = order_by(table, keys)
            self._orders.put(key, order, _bytes_of(order) + _BYTES_PER_KEY * len(keys))
        return order


def file_order(table: Table) -> Order:
    """Return the order of the rows in the table."""
    return table.derive("file order", lambda: Order(table, "", (), table.all_rows))


def key_order(table: Table) -> Order:
    """Return the order by the table's key."""
    return table.derive("key order", lambda: Order(table, "by key", (), table.key_order))


def order_by(table: Table, keys: Sequence[OrderKey]) -> Order:
    """Return the order by these keys, the most significant first, then by the table's key, ascending."""
    if not keys:
        return file_order(table)
    return Order(table, ",".join(map(str, keys)), tuple(key.column for key in keys), _sorted(table, keys))


def _bytes_of(order: Order) -> int:
    """Return the size of an order with its rank, computed or not, and without the table."""
    ranks = len(order.rows) * np.int32().nbytes
    return order.rows.nbytes + ranks + size_of(order.signature) + 8 * len(order.columns) + _BYTES_OF_OBJECTS


def _sorted(table: Table, keys: Sequence[OrderKey]) -> NDArray[np.int64]:
    """Return the rows in order: one stable sort per key, the least significant first."""
    rows = table.key_order
    # A repeated column changes nothing; without this a client could cause one sort per repetition.
    first: dict[str, OrderKey] = {}
    for key in keys:
        first.setdefault(key.column, key)
    for key in reversed(first.values()):
        numbers, missing = _numbers(table, key.column)
        array = numbers.take(rows)
        if key.descending:  # integers by their complement, because the lowest has no negative
            array = -array if array.dtype.kind == "f" else ~array
        rows = rows.take(np.argsort(array, kind="stable"))
        if missing is not None:
            is_null = missing.take(rows)
            present, nulls = rows.compress(~is_null), rows.compress(is_null)
            rows = np.concatenate((nulls, present) if key.nulls_first else (present, nulls))
    return rows


def _numbers(table: Table, column: str) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return numbers in the order of the cells, the same one for all nulls, and a mask of the nulls.

    Integers within a range of 2¹⁶ become uint16, which numpy sorts by radix: many times faster.
    """
    if column in table.texts:
        codes = table.codes(column)
        array: NDArray[Any] = codes.array
        missing = array < 0 if codes.has_missing else None
    else:
        values = table.values(column)
        array = values.array.astype(np.int8) if values.array.dtype == np.bool_ else values.array
        missing = None if values.valid is None else ~values.valid
    if missing is not None:
        array = np.where(missing, array.dtype.type(0), array)
    if array.dtype.kind == "i" and len(array):
        lowest = array.min()
        if int(array.max()) - int(lowest) < _UINT16_RANGE:
            return (array - lowest).astype(np.uint16), missing
    return array, missing
