"""Ratios of each run's values to an aggregate of its group, such as a batch sweep as shares of its maximum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from resolvers.views.aggregates import aggregated, quotients
from resolvers.views.groups import Groups, split
from tables.batch import ListColumn
from tables.struct_batch import StructBatch, interleave, lists_of_equal_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.views.groups import Aggregate
    from tables.relations import Grouped
    from tables.row_set import RowSet


@dataclass(slots=True)
class References(StructBatch):
    """Divisors of a group's values, one per column.

    Args:
        metric: The column of each.
        value: The aggregate of the group's values, float64, NaN for null.
        count: The number of these values, int64.
    """

    metric: list[str]
    value: NDArray[np.float64]
    count: NDArray[np.int64]


@dataclass(slots=True)
class Ratios(StructBatch):
    """Ratios of runs' values to their group's reference.

    Args:
        metric: The column of each.
        value: The run's value, float64, NaN for null.
        reference: The group's reference, float64, NaN for null.
    """

    metric: list[str]
    value: NDArray[np.float64]
    reference: NDArray[np.float64]

    @property
    def ratio(self) -> NDArray[np.float64]:
        """Value / reference; NaN where either is null, or the reference is 0."""
        return quotients(self.value, self.reference)


@dataclass(slots=True)
class RatiosOfRuns(StructBatch):
    """Runs with their ratios.

    Args:
        run: The runs.
        ratios: The ratios of each run, one per column.
    """

    run: RowSet
    ratios: ListColumn


@dataclass(slots=True)
class RatiosOfGroups(StructBatch):
    """Groups of runs with their references.

    Args:
        groups: The groups.
        references: The references of each group, one per column.
        columns: The columns.
    """

    groups: Groups
    references: ListColumn
    columns: tuple[str, ...]

    @property
    def runs(self) -> ListColumn:
        """The runs of each group with their ratios, in the order of the selection."""
        runs = self.groups.runs
        references: References = self.references.items  # type: ignore[assignment]
        of_groups = references.value.reshape(len(self), len(self.columns))
        values = [_values(runs.items, column) for column in self.columns]
        ratios = Ratios(
            list(self.columns) * len(runs.indices),
            interleave(values, len(runs.indices)),
            of_groups[runs.parents()].ravel(),
        )
        return ListColumn(runs.offsets, RatiosOfRuns(runs.items, lists_of_equal_length(len(runs.indices), ratios)))


def ratios(runs: Grouped, columns: Sequence[str], aggregate: Aggregate, *, per: Sequence[str]) -> ListColumn:
    """Return for each group of rows its groups by the columns `per`, each with the references of its runs' values.

    A reference is the aggregate of a group's values, by which the values of its runs are divided.

    Raises:
        BadUserInput: The aggregate is COUNT.
    """
    names = tuple(dict.fromkeys(columns))
    offsets, groups = split(runs, per)
    found = [aggregated(groups.runs, column, aggregate, argument="to") for column in names]
    references = References(
        list(names) * len(groups),
        interleave([values for values, _ in found], len(groups)),
        interleave([counts for _, counts in found], len(groups), np.int64),
    )
    return ListColumn(offsets, RatiosOfGroups(groups, lists_of_equal_length(len(groups), references), names))


def _values(runs: RowSet, column: str) -> NDArray[np.float64]:
    """Return the values of a column as float64, NaN for null."""
    values = runs.table.values(column)
    found = values.array[runs.indices].astype(np.float64)
    return found if values.valid is None else np.where(values.valid[runs.indices], found, np.nan)
