"""Matched pairs: in each group of equal configuration one run of each side, and the changes between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from errors import BadUserInput
from resolvers.views.best import ranked_runs
from resolvers.views.groups import split
from resolvers.views.keys import key_values
from resolvers.views.sides import rows_of_side
from tables.batch import ListColumn
from tables.relations import offsets_of
from tables.row_set import RowSet
from tables.struct_batch import StructBatch, lists_of_equal_length

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from resolvers.views.best import Goal
    from resolvers.views.sides import Sides
    from tables.relations import Grouped


@dataclass(slots=True)
class Changes(StructBatch):
    """Changes of one column in one pair.

    Args:
        metric: The column of each change.
        baseline: The baseline's value, float64.
        candidate: The candidate's value, float64.
    """

    metric: list[str]
    baseline: NDArray[np.float64]
    candidate: NDArray[np.float64]

    @property
    def relative_change(self) -> NDArray[np.float64]:
        """(candidate - baseline) / baseline, infinite where it overflows."""
        return _relative_change(self.baseline, self.candidate)


@dataclass(slots=True)
class Pairs(StructBatch):
    """Pairs of runs.

    Args:
        baseline: The baseline of each pair.
        candidate: The candidate of each pair.
        keys: The columns in which the runs of a pair are equal.
        compare: The compared columns.
    """

    baseline: RowSet
    candidate: RowSet
    keys: tuple[str, ...]
    compare: tuple[str, ...]

    @property
    def key(self) -> ListColumn:
        """The values that the runs of each pair share."""
        return key_values(self.baseline.table, self.keys, self.baseline.indices)

    @property
    def changes(self) -> ListColumn:
        """One change per pair and column, except where a side is null or the baseline is 0."""
        if not self.compare:
            return lists_of_equal_length(len(self), Changes([], np.empty(0), np.empty(0)))
        cells = [self.cells(column) for column in self.compare]
        baseline, candidate, known = (np.stack(part, axis=1) for part in zip(*cells, strict=True))
        metric = np.tile(np.array(self.compare, object), (len(self), 1))[known].tolist()
        return ListColumn(offsets_of(known.sum(axis=1)), Changes(metric, baseline[known], candidate[known]))

    def relative_changes(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return each pair's relative change of a column, and whether it is defined."""
        baseline, candidate, known = self.cells(column)
        return _relative_change(baseline, candidate), known

    def cells(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Return a column's values in each pair's baseline and candidate, and whether their change is defined."""
        values = self.baseline.table.values(column)
        baseline = values.array[self.baseline.indices].astype(np.float64)
        candidate = values.array[self.candidate.indices].astype(np.float64)
        known = baseline != 0
        if values.valid is not None:
            known &= values.valid[self.baseline.indices] & values.valid[self.candidate.indices]
        return baseline, candidate, known


@dataclass(slots=True)
class Comparisons(StructBatch):
    """One comparison per group of rows.

    Args:
        pairs: The pairs of each comparison.
        unmatched: The number of groups with runs of one side only, int64.
    """

    pairs: ListColumn
    unmatched: NDArray[np.int64]

    @property
    def count(self) -> NDArray[np.int64]:
        """The number of pairs."""
        return np.diff(self.pairs.offsets)

    @property
    def summary(self) -> ListColumn:
        """One summary per comparison and column."""
        pairs: Pairs = self.pairs.items  # type: ignore[assignment]
        by_column = [pairs.relative_changes(column) for column in pairs.compare]
        changes_of_each = [
            changes[start:stop][known[start:stop]]
            for start, stop in pairwise(self.pairs.offsets.tolist())
            for changes, known in by_column
        ]
        return lists_of_equal_length(len(self), Summaries(list(pairs.compare) * len(self), changes_of_each))


@dataclass(slots=True)
class Summaries(StructBatch):
    """Summaries of the relative changes of one column over all pairs of a comparison.

    A change that overflows is an infinity here, so that the ranks of the others are right.

    Args:
        metric: The column of each summary.
        changes: The relative changes of each, float64.
    """

    metric: list[str]
    changes: list[NDArray[np.float64]]

    @property
    def decreased(self) -> list[int]:
        """The number of pairs with a lesser value in the candidate."""
        return [int((changes < 0).sum()) for changes in self.changes]

    @property
    def unchanged(self) -> list[int]:
        """The number of pairs with equal values."""
        return [int((changes == 0).sum()) for changes in self.changes]

    @property
    def increased(self) -> list[int]:
        """The number of pairs with a greater value in the candidate."""
        return [int((changes > 0).sum()) for changes in self.changes]

    def statistic(self, compute: Callable[[NDArray[np.float64]], float]) -> list[float | None]:
        """Return a statistic of the changes; null without changes."""
        with np.errstate(over="ignore", invalid="ignore"):
            return [float(compute(changes)) if len(changes) else None for changes in self.changes]


def compare_pairs(
    runs: Grouped,
    *,
    match: Sequence[str],
    differ: str,
    sides: Sides,
    by: str,
    goal: Goal,
    compare: Sequence[str],
) -> Comparisons:
    """Return for each group of rows the pairs of the best baseline and the best candidate in each of its groups.

    Args:
        runs: The groups of rows.
        match: The columns in which the runs of a pair are equal.
        differ: The column in which they differ.
        sides: The values of the baseline and the candidate in that column, as text.
        by: The column whose value makes a run the best of its side.
        goal: Whether less or more of it is better.
        compare: The columns to compare.

    Raises:
        BadUserInput: The column that differs is matched, or a side is not a value of it.
    """
    if differ in match:
        raise BadUserInput(
            f"differ: {differ.upper()} is in match too; the runs of a pair cannot be equal and differ in it.",
            argument="differ",
        )
    offsets, groups = split(runs, match)
    ranked = [ranked_runs(groups.runs.where(rows_of_side(runs.child, differ, side)), by, goal) for side in sides]
    present = [side.counts > 0 for side in ranked]
    both = present[0] & present[1]
    picked = [RowSet(runs.child, side.indices[side.offsets[:-1][both]]) for side in ranked]
    pairs = Pairs(picked[0], picked[1], groups.keys, tuple(dict.fromkeys(compare)))
    one_side_only = offsets_of(present[0] ^ present[1])[offsets]
    return Comparisons(ListColumn(offsets_of(both)[offsets], pairs), np.diff(one_side_only))


def _relative_change(baseline: NDArray[np.float64], candidate: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found: NDArray[np.float64] = (candidate - baseline) / baseline
        return found
