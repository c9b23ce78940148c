"""Two groups of a selection beside each other: a figure of each, their ratio and the relative change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.views.aggregates import aggregated, quotients
from resolvers.views.sides import rows_of_side
from tables.batch import Batch, ListColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.views.groups import Aggregate
    from resolvers.views.sides import Sides
    from tables.relations import Grouped


@dataclass(slots=True)
class GroupComparisons(Batch):
    """What some columns come to on two sides.

    Args:
        column: The column of each.
        baseline: The figure of the baseline's runs, float64.
        candidate: The figure of the candidate's.
        known: Whether each side has one: two rows, the baseline's first.
        counts: How many values each side has, int64: two rows likewise.
    """

    column: NDArray[np.object_]
    baseline: NDArray[np.float64]
    candidate: NDArray[np.float64]
    known: NDArray[np.bool_]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.column)

    def take(self, positions: NDArray[np.int64]) -> GroupComparisons:
        """Return the comparisons at these positions."""
        return GroupComparisons(
            self.column[positions],
            self.baseline[positions],
            self.candidate[positions],
            self.known[:, positions],
            self.counts[:, positions],
        )

    def metric(self) -> pa.Array[Any]:
        """Return the column of each, as the graph's enum spells it."""
        return pa.array([column.upper() for column in self.column.tolist()], pa.string())

    def side(self, number: int) -> pa.Array[Any]:
        """Return the figures of the baseline (0) or the candidate (1); of no values the sum is 0 and others null."""
        return pa.array((self.baseline, self.candidate)[number], mask=~self.known[number])

    def count(self, number: int) -> pa.Array[Any]:
        """Return how many values the baseline (0) or the candidate (1) has."""
        return pa.array(self.counts[number])

    def ratio(self) -> pa.Array[Any]:
        """Return candidate over baseline, null where a side is missing or the baseline is 0."""
        return quotients(self.candidate, self.baseline, known=self.known[0] & self.known[1])

    def relative_change(self) -> pa.Array[Any]:
        """Return the change as a share of the baseline, null where the ratio is."""
        with np.errstate(over="ignore", invalid="ignore"):
            change = self.candidate - self.baseline
        return quotients(change, self.baseline, known=self.known[0] & self.known[1])


def compare_groups(runs: Grouped, *, by: str, sides: Sides, columns: Sequence[str], aggregate: Aggregate) -> ListColumn:
    """Return for each group of rows one comparison per column of the runs that have one value and another in a key.

    Args:
        runs: The groups of rows.
        by: The key column.
        sides: What the baseline and the candidate have in it, as text.
        columns: The columns to compare.
        aggregate: Which figure of their values.

    Raises:
        BadUserInput: A side is no value of the key, or the figure is a count.
    """
    names = tuple(dict.fromkeys(columns))
    parts = [runs.where(rows_of_side(runs.child, by, side)) for side in sides]
    shape = (len(names), len(runs))
    figures = [[aggregated(part, column, aggregate, argument="aggregate") for column in names] for part in parts]
    values = [np.array([each.values for each in side]).reshape(shape).T.reshape(-1) for side in figures]
    known = [np.array([each.known for each in side], np.bool_).reshape(shape).T.reshape(-1) for side in figures]
    counts = [np.array([each.counts for each in side], np.int64).reshape(shape).T.reshape(-1) for side in figures]
    column = np.tile(np.array(names, np.object_), len(runs))
    comparisons = GroupComparisons(column, values[0], values[1], np.array(known), np.array(counts))
    return ListColumn(np.arange(len(runs) + 1) * len(names), comparisons)
