"""Orders over a table: several keys, nulls where they are asked for, ties by the row's key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from caches import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from caches import ByteCache
    from tables.table import Table

_SHORT = 2**16
# Measured: an `Order` with its two arrays' objects, the dict of its cached rank and the key's tuple.
_BYTES_OF_OBJECTS = 900
_BYTES_OF_A_KEY = 80  # of the key's tuple; its column is a name that lives as long as the process


class OrderKey(NamedTuple):
    """One key of an order; a tuple, so that orders are looked up by their keys without a text made of them."""

    column: str
    descending: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        return f"{self.column}{'-' if self.descending else '+'}{'^' if self.nulls_first else '_'}"


@dataclass(frozen=True, eq=False)
class Order:
    """A total order of a table's rows.

    Args:
        table: The table.
        signature: What tells this order from any other of the table; it stands in cursors.
        columns: The columns that it goes by, whose values stand in cursors.
        rows: The rows of the table in this order, int64.
    """

    table: Table
    signature: str
    columns: tuple[str, ...]
    rows: NDArray[np.int64]

    @cached_property
    def rank(self) -> NDArray[np.int32]:
        """Each row's place."""
        rank = np.empty(len(self.rows), np.int32)
        rank[self.rows] = np.arange(len(self.rows), dtype=np.int32)
        return rank

    def values(self, row: int) -> list[Any]:
        """Return what a row has in the columns of the order; None where a cell is missing."""
        return [self.table.columns[column][row].as_py() for column in self.columns]


class OrderCache:
    """Orders of all tables of a dataset by table and keys.

    Args:
        cache: Bounds the orders.
    """

    def __init__(self, cache: ByteCache[tuple[Table, tuple[OrderKey, ...]], Order]) -> None:
        self._orders = cache

    def order_by(self, table: Table, keys: Sequence[OrderKey]) -> Order:
        """Return the order by these keys, cached or sorted now, as the function `order_by` does.

        Orders of a table that belongs to one request are not cached.
        """
        if not keys or table.of_request:
            return order_by(table, keys)
        key = table, tuple(keys)
        order = self._orders.get(key)
        if order is None:
            order = order_by(table, keys)
            self._orders.put(key, order, _bytes_of(order) + _BYTES_OF_A_KEY * len(keys))
        return order


def file_order(table: Table) -> Order:
    """The order in which the rows stand in the table."""
    return table.derive("file order", lambda: Order(table, "", (), table.all_rows))


def key_order(table: Table) -> Order:
    """The order of the rows' keys."""
    return table.derive("key order", lambda: Order(table, "by key", (), table.key_order))


def order_by(table: Table, keys: Sequence[OrderKey]) -> Order:
    """Order by these keys, the first weighing most; rows equal in all of them by the table's key, ascending."""
    if not keys:
        return file_order(table)
    return Order(table, _signature(keys), tuple(key.column for key in keys), _sorted(table, keys))


def _signature(keys: Sequence[OrderKey]) -> str:
    return ",".join(map(str, keys))


def _bytes_of(order: Order) -> int:
    """Return what an order takes: its rows and, as if it were made already, its rank; the table is not its own."""
    ranks = len(order.rows) * np.int32().nbytes
    return order.rows.nbytes + ranks + size_of(order.signature) + 8 * len(order.columns) + _BYTES_OF_OBJECTS


def _sorted(table: Table, keys: Sequence[OrderKey]) -> NDArray[np.int64]:
    """Sort by the key that weighs least first; each sort keeps the order before it among what is equal."""
    rows = table.key_order
    # A column that comes again changes nothing, and must not be sorted by as often as a client repeats it.
    first: dict[str, OrderKey] = {}
    for key in keys:
        first.setdefault(key.column, key)
    for key in reversed(first.values()):
        numbers, missing = _numbers(table, key.column)
        array = numbers.take(rows)
        rows = rows.take(np.argsort(_reversed(array) if key.descending else array, kind="stable"))
        if missing is not None:
            out = missing.take(rows)
            there, absent = rows.compress(~out), rows.compress(out)
            rows = np.concatenate((absent, there) if key.nulls_first else (there, absent))
    return rows


def _reversed(array: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in the opposite order; a whole number has its complement, as the least has no negative."""
    reversed_: NDArray[Any] = -array if array.dtype.kind == "f" else ~array
    return reversed_


def _numbers(table: Table, column: str) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    """Return numbers that order as the cells do, the same one in all missing cells, and which cells are missing.

    Few enough whole numbers are made short ones, which are sorted by their digits: many times faster.
    """
    if str(table.columns[column].type) == "string":
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
        if int(array.max()) - int(lowest) < _SHORT:
            return (array - lowest).astype(np.uint16), missing
    return array, missing
