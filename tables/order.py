"""Orders over a table: several keys, nulls where they are asked for, ties by the row's key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.table import Table


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an order."""

    column: str
    descending: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        return f"{self.column}{'-' if self.descending else '+'}{'^' if self.nulls_first else '_'}"


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of a table's rows.

    Args:
        table: The table.
        signature: What tells this order from any other of the table; it stands in cursors.
        columns: The columns that it goes by, whose values stand in cursors.
        rank: Each row's place, int64.
    """

    table: Table
    signature: str
    columns: tuple[str, ...]
    rank: NDArray[np.int64]

    def values(self, row: int) -> list[Any]:
        """Return what a row has in the columns of the order; None where a cell is missing."""
        return [self.table.columns[column][row].as_py() for column in self.columns]


def file_order(table: Table) -> Order:
    """The order in which the rows stand in the table."""
    return table.derive("file order", lambda: Order(table, "", (), np.arange(table.num_rows)))


def order_by(table: Table, keys: Sequence[OrderKey]) -> Order:
    """Order by these keys, the first weighing most; rows equal in all of them by the table's key, ascending."""
    if not keys:
        return file_order(table)
    sort_keys: list[NDArray[Any]] = [table.key_rank]
    for key in reversed(keys):
        sort_keys.extend(_sort_keys(table, key))
    rank = np.empty(table.num_rows, np.int64)
    rank[np.lexsort(sort_keys)] = np.arange(table.num_rows)
    return Order(table, ",".join(map(str, keys)), tuple(key.column for key in keys), rank)


def _sort_keys(table: Table, key: OrderKey) -> list[NDArray[Any]]:
    """Return the arrays to sort by for one key, the one that weighs most last, as numpy's lexsort takes them."""
    if str(table.columns[key.column].type) == "string":
        array: NDArray[Any] = table.codes(key.column).array
        missing = array < 0 if (array < 0).any() else None
    else:
        values = table.values(key.column)
        array = values.array.astype(np.int8) if values.array.dtype == np.bool_ else values.array
        missing = None if values.valid is None else ~values.valid
    if key.descending:
        array = -array
    if missing is None:
        return [array]
    return [np.where(missing, array.dtype.type(0), array), ~missing if key.nulls_first else missing]
