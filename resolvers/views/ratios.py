"""Ratios: each run's values over a figure of its group, such as a batch sweep as shares of the maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.views.aggregates import aggregated, quotients
from resolvers.views.groups import Groups, split
from tables.batch import Batch, ListColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.views.groups import Aggregate
    from tables.relations import Grouped
    from tables.row_set import RowSet


@dataclass(slots=True)
class References(Batch):
    """What the values of groups are compared with: every group and every column, the columns taking turns.

    Args:
        columns: The columns.
        values: One row per group, one column per column, float64.
        known: Whether each is there.
        counts: How many values each was computed from, int64.
        positions: Which of them these are, group by group.
    """

    columns: tuple[str, ...]
    values: NDArray[np.float64]
    known: NDArray[np.bool_]
    counts: NDArray[np.int64]
    positions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, positions: NDArray[np.int64]) -> References:
        """Return the references at these positions."""
        return References(self.columns, self.values, self.known, self.counts, self.positions[positions])

    def metric(self) -> pa.Array[Any]:
        """Return the column of each, as the graph's enum spells it."""
        return _spelled(self.columns, self.positions)

    def value(self) -> pa.Array[Any]:
        """Return the figures; of no values the sum is 0 and every other figure null."""
        known = self.known.reshape(-1)[self.positions]
        return pa.array(self.values.reshape(-1)[self.positions], mask=~known)

    def count(self) -> pa.Array[Any]:
        """Return how many values each figure was computed from."""
        return pa.array(self.counts.reshape(-1)[self.positions])


@dataclass(slots=True)
class RatiosOfGroups(Batch):
    """Groups of runs, each with what its values are compared with.

    Args:
        groups: The groups.
        references: The references of all groups, group by group.
    """

    groups: Groups
    references: References

    def __len__(self) -> int:
        return len(self.groups)

    def take(self, positions: NDArray[np.int64]) -> RatiosOfGroups:
        """Return the groups at these positions."""
        chosen = References(
            self.references.columns,
            self.references.values[positions],
            self.references.known[positions],
            self.references.counts[positions],
            np.arange(len(positions) * len(self.references.columns)),
        )
        return RatiosOfGroups(self.groups.take(positions), chosen)

    def references_of_each(self) -> ListColumn:
        """Return the references of each group."""
        return ListColumn(np.arange(len(self) + 1) * len(self.references.columns), self.references)

    def runs(self) -> ListColumn:
        """Return the runs of each group, in the order of the selection."""
        runs = self.groups.runs
        return ListColumn(runs.offsets, RatiosOfRuns(runs.items, self.references, runs.parents()))


@dataclass(slots=True)
class RatiosOfRuns(Batch):
    """Runs, each with the group whose references it is compared with.

    Args:
        runs: The runs.
        references: The references of all groups.
        group: The group of each run.
    """

    runs: RowSet
    references: References
    group: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.runs)

    def take(self, positions: NDArray[np.int64]) -> RatiosOfRuns:
        """Return the runs at these positions."""
        return RatiosOfRuns(self.runs.take(positions), self.references, self.group[positions])

    def ratios(self) -> ListColumn:
        """Return each run's ratios, one per column."""
        offsets = np.arange(len(self) + 1) * len(self.references.columns)
        return ListColumn(offsets, Ratios(self, np.arange(offsets[-1])))


@dataclass(slots=True)
class Ratios(Batch):
    """Ratios: every run and every column, the columns taking turns.

    Args:
        of: The runs.
        positions: Which of the pairs these are.
    """

    of: RatiosOfRuns
    positions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, positions: NDArray[np.int64]) -> Ratios:
        """Return the ratios at these positions."""
        return Ratios(self.of, self.positions[positions])

    def metric(self) -> pa.Array[Any]:
        """Return the column of each, as the graph's enum spells it."""
        return _spelled(self.of.references.columns, self.positions)

    def value(self) -> pa.Array[Any]:
        """Return the run's own value, null where it is missing."""
        values, known = self._values()
        return pa.array(values, mask=~known)

    def ratio(self) -> pa.Array[Any]:
        """Return value over reference, null where either is missing, or the reference is 0."""
        references = self.of.references
        turns = len(references.columns)
        run, turn = np.divmod(self.positions, turns)
        group = self.of.group[run]
        values, known = self._values()
        return quotients(values, references.values[group, turn], known=known & references.known[group, turn])

    def _values(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        run, turn = np.divmod(self.positions, len(self.of.references.columns))
        found = np.zeros(len(self))
        known = np.ones(len(self), np.bool_)
        for number, column in enumerate(self.of.references.columns):
            mine = turn == number
            rows = self.of.runs.indices[run[mine]]
            values = self.of.runs.table.values(column)
            found[mine] = values.array[rows]
            if values.valid is not None:
                known[mine] = values.valid[rows]
        return found, known


def ratios(runs: Grouped, columns: Sequence[str], aggregate: Aggregate, *, per: Sequence[str]) -> ListColumn:
    """Return for each group of rows its groups by key, each with the figures that its runs' values are divided by.

    Args:
        runs: The groups of rows.
        columns: The columns.
        aggregate: Which figure of a group's values.
        per: The columns to group by.

    Raises:
        BadUserInput: The figure is a count.
    """
    names = tuple(dict.fromkeys(columns))
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    figures = [aggregated(groups.runs, column, aggregate, argument="to") for column in names]
    shape = (len(names), len(groups))
    values = np.array([each.values for each in figures]).reshape(shape).T
    known = np.array([each.known for each in figures], np.bool_).reshape(shape).T
    counts = np.array([each.counts for each in figures], np.int64).reshape(shape).T
    references = References(names, values, known, counts, np.arange(values.size))
    return ListColumn(offsets, RatiosOfGroups(groups, references))


def _spelled(columns: tuple[str, ...], positions: NDArray[np.int64]) -> pa.Array[Any]:
    turns = pa.array(positions % max(len(columns), 1))
    return pa.array([column.upper() for column in columns], pa.string()).take(turns)
