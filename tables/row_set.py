"""Row sets: a table and the rows of it that are meant, in order; never an object per row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tables.batch import Batch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tables.table import Table


@dataclass(slots=True)
class RowSet(Batch):
    """Some rows of a table.

    Args:
        table: The table.
        indices: Their numbers, int64, in the order in which they are meant; a row may be meant more than once.
    """

    table: Table
    indices: NDArray[np.int64]

    @classmethod
    def whole(cls, table: Table) -> RowSet:
        """Every row of a table, in its own order."""
        return cls(table, table.all_rows)

    @classmethod
    def single(cls, table: Table, row: int) -> RowSet:
        """One row of a table."""
        return cls(table, np.array([row], np.int64))

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, positions: NDArray[np.int64]) -> RowSet:
        """Return the rows at these positions of the set."""
        return RowSet(self.table, self.indices[positions])

    def column(self, name: str) -> TableColumn:
        """Return one column of these rows, not yet gathered."""
        return TableColumn(self, name)


@dataclass(slots=True)
class TableColumn:
    """One column of a row set: where its cells come from, so that what was encoded once can be taken again."""

    rows: RowSet
    name: str

    def __len__(self) -> int:
        return len(self.rows)

    def array(self) -> pa.Array[Any]:
        """Gather the cells."""
        return self.rows.table.columns[self.name].take(pa.array(self.rows.indices, pa.int64()))
