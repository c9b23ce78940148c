"""A table and the selected row indices, without a Python object per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tables.batch import Batch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tables.table import Table


@dataclass(slots=True)
class RowSet(Batch):
    """Selected rows of a table.

    Args:
        table: The table.
        indices: Rows in the order of the selection, int64; a row may occur more than once.
    """

    table: Table
    indices: NDArray[np.int64]

    @classmethod
    def whole(cls, table: Table) -> RowSet:
        """Return all rows of a table, in table order."""
        return cls(table, table.all_rows)

    @classmethod
    def single(cls, table: Table, row: int) -> RowSet:
        """Return one row of a table."""
        return cls(table, table.all_rows[row : row + 1])  # a view takes a third of the time of a new array

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, positions: NDArray[np.int64]) -> RowSet:
        """Return the rows at these positions of `indices`."""
        return RowSet(self.table, self.indices[positions])

    def column(self, name: str) -> TableColumn:
        """Return a column of these rows; its cells are not gathered yet."""
        return TableColumn(self, name)


@dataclass(slots=True)
class TableColumn:
    """Column of a row set; it refers to the table, so writers can reuse texts that they encoded per table."""

    rows: RowSet
    name: str

    def __len__(self) -> int:
        return len(self.rows)

    def array(self) -> pa.Array[Any]:
        """Return the cells."""
        return self.rows.table.columns[self.name].take(pa.array(self.rows.indices, pa.int64()))
