"""Comparison of two groups of a selection: an aggregate of each, their ratio and the relative change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from resolvers.views.aggregates import aggregated, quotients
from resolvers.views.sides import rows_of_side
from tables.struct_batch import StructBatch, interleave, lists_of_equal_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.views.groups import Aggregate
    from resolvers.views.sides import Sides
    from tables.batch import ListColumn
    from tables.relations import Grouped


@dataclass(slots=True)
class GroupComparisons(StructBatch):
    """Comparisons of one column between two groups.

    Args:
        metric: The column of each comparison.
        baseline: The aggregate of the baseline's runs, float64, NaN for null.
        baseline_count: The number of values of the baseline, int64.
        candidate: The aggregate of the candidate's runs, float64, NaN for null.
        candidate_count: The number of values of the candidate, int64.
    """

    metric: list[str]
    baseline: NDArray[np.float64]
    baseline_count: NDArray[np.int64]
    candidate: NDArray[np.float64]
    candidate_count: NDArray[np.int64]

    @property
    def ratio(self) -> NDArray[np.float64]:
        """Candidate / baseline; NaN where a side is null or the baseline is 0."""
        return quotients(self.candidate, self.baseline)

    @property
    def relative_change(self) -> NDArray[np.float64]:
        """(candidate - baseline) / baseline; NaN where the ratio is."""
        with np.errstate(over="ignore", invalid="ignore"):
            return quotients(self.candidate - self.baseline, self.baseline)


def compare_groups(runs: Grouped, *, by: str, sides: Sides, columns: Sequence[str], aggregate: Aggregate) -> ListColumn:
    """Return for each group of rows one comparison per column, between the runs with either of two values of a key.

    `sides` are the values of the baseline and the candidate in the key column `by`, as text.

    Raises:
        BadUserInput: A side is not a value of the key column, or the aggregate is COUNT.
    """
    names = list(dict.fromkeys(columns))
    figures: list[NDArray[np.float64] | NDArray[np.int64]] = []
    for side in sides:
        part = runs.where(rows_of_side(runs.child, by, side))
        found = [aggregated(part, column, aggregate, argument="aggregate") for column in names]
        figures.append(interleave([values for values, _ in found], len(runs)))
        figures.append(interleave([counts for _, counts in found], len(runs), np.int64))
    return lists_of_equal_length(len(runs), GroupComparisons(names * len(runs), *figures))  # type: ignore[arg-type]
