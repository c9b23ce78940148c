"""Matched pairs: groups equal in some columns, one run of each side picked in each, and what changed between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.best import ranked_runs
from resolvers.views.groups import KeyValues, split
from resolvers.views.sides import rows_of_side
from tables.batch import Batch, ListColumn
from tables.relations import offsets_of
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.views.best import Goal
    from resolvers.views.sides import Sides
    from tables.relations import Grouped


@dataclass(slots=True)
class Changes(Batch):
    """What some columns are on both sides of some pairs.

    Args:
        column: The column of each change.
        baseline: What it is in the baseline, float64.
        candidate: What it is in the candidate.
    """

    column: tuple[str, ...]
    baseline: NDArray[np.float64]
    candidate: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.column)

    def take(self, positions: NDArray[np.int64]) -> Changes:
        """Return the changes at these positions."""
        column = tuple(self.column[position] for position in positions.tolist())
        return Changes(column, self.baseline[positions], self.candidate[positions])

    def metric(self) -> pa.Array[Any]:
        """Return the column of each change, as the graph's enum spells it."""
        return pa.array([column.upper() for column in self.column], pa.string())

    def relative(self) -> NDArray[np.float64]:
        """Return each change as a share of the baseline, infinite where it overflows."""
        return _relative(self.baseline, self.candidate)


@dataclass
class Pairs(Batch):
    """Some pairs of runs.

    Args:
        keys: The columns in which the runs of a pair are equal.
        baseline: The baseline of each pair.
        candidate: The candidate of each pair.
        compare: The columns that are compared.
    """

    keys: tuple[str, ...]
    baseline: RowSet
    candidate: RowSet
    compare: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.baseline)

    def take(self, positions: NDArray[np.int64]) -> Pairs:
        """Return the pairs at these positions."""
        return Pairs(self.keys, self.baseline.take(positions), self.candidate.take(positions), self.compare)

    def key(self) -> ListColumn:
        """Return for each pair what its runs share."""
        rows = self.baseline.indices.repeat(len(self.keys))
        return ListColumn(np.arange(len(self) + 1) * len(self.keys), KeyValues(self.baseline.table, self.keys, rows))

    def changes(self) -> ListColumn:
        """Return for each pair a change per column; none of a column that a side lacks, or whose baseline is 0."""
        cells = [self.cells(column) for column in self.compare]
        if not cells:
            return ListColumn(np.zeros(len(self) + 1, np.int64), Changes((), np.empty(0), np.empty(0)))
        baseline, candidate, known = (np.stack(part, axis=1) for part in zip(*cells, strict=True))
        names = (
            self.compare * len(self)
            if known.all()
            else tuple(self.compare[turn] for turn in np.nonzero(known)[1].tolist())
        )
        return ListColumn(offsets_of(known.sum(axis=1)), Changes(names, baseline[known], candidate[known]))

    def relative(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return each pair's change of a column as a share of the baseline, and whether it has one."""
        baseline, candidate, known = self.cells(column)
        return _relative(baseline, candidate), known

    def cells(self, column: str) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Return what a column is in each pair's baseline and candidate, and whether a change can be told from them."""
        values = self.baseline.table.values(column)
        baseline = values.array[self.baseline.indices].astype(np.float64)
        candidate = values.array[self.candidate.indices].astype(np.float64)
        known = baseline != 0
        if values.valid is not None:
            known &= values.valid[self.baseline.indices] & values.valid[self.candidate.indices]
        return baseline, candidate, known


@dataclass(slots=True)
class Comparisons(Batch):
    """Comparisons, one per group of rows.

    Args:
        offsets: The bounds of each comparison's pairs.
        pairs: The pairs of all comparisons.
        unmatched: How many groups of each have a run of one side only.
    """

    offsets: NDArray[np.int64]
    pairs: Pairs
    unmatched: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.unmatched)

    def take(self, positions: NDArray[np.int64]) -> Comparisons:
        """Return the comparisons at these positions."""
        counts = np.diff(self.offsets)[positions]
        offsets = offsets_of(counts)
        kept = np.arange(offsets[-1]) + (self.offsets[positions] - offsets[:-1]).repeat(counts)
        return Comparisons(offsets, self.pairs.take(kept), self.unmatched[positions])

    def counts(self) -> pa.Array[Any]:
        """Count the pairs of each comparison."""
        return pa.array(np.diff(self.offsets))

    def unmatched_counts(self) -> pa.Array[Any]:
        """Count the groups of each comparison that have a run of one side only."""
        return pa.array(self.unmatched)

    def lists(self) -> ListColumn:
        """Return the pairs of each comparison."""
        return ListColumn(self.offsets, self.pairs)

    def summary(self) -> ListColumn:
        """Return for each comparison a summary per column."""
        offsets = np.arange(len(self) + 1) * len(self.pairs.compare)
        return ListColumn(offsets, Summaries(self, np.arange(offsets[-1])))


@dataclass
class Summaries(Batch):
    """Summaries of the relative changes: every comparison and every column, the columns taking turns.

    Args:
        comparisons: The comparisons.
        positions: Which of the pairs of both these are.
    """

    comparisons: Comparisons
    positions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, positions: NDArray[np.int64]) -> Summaries:
        """Return the summaries at these positions."""
        return Summaries(self.comparisons, self.positions[positions])

    def metric(self) -> pa.Array[Any]:
        """Return the column of each summary, as the graph's enum spells it."""
        columns = self.comparisons.pairs.compare
        return pa.array([columns[position % len(columns)].upper() for position in self.positions.tolist()], pa.string())

    def counts(self, sign: int) -> pa.Array[Any]:
        """Count the pairs in which the column decreased (-1), stayed (0) or increased (1)."""
        return pa.array([int((np.sign(changes) == sign).sum()) for changes in self._changes], pa.int64())

    def statistic(self, name: str) -> pa.Array[Any]:
        """Return numpy's `min`, `median`, `mean` or `max` of the changes, null where there is none.

        A change that overflows takes part as an infinity, so that the ranks of the others are right.
        """
        compute = getattr(np, name)
        with np.errstate(over="ignore", invalid="ignore"):
            found = [float(compute(changes)) if len(changes) else None for changes in self._changes]
        return pa.array(found, pa.float64())

    @cached_property
    def _changes(self) -> list[NDArray[np.float64]]:
        pairs, offsets = self.comparisons.pairs, self.comparisons.offsets
        of_column = [pairs.relative(column) for column in pairs.compare]
        found = []
        for position in self.positions.tolist():
            comparison, turn = divmod(position, len(pairs.compare))
            within = slice(int(offsets[comparison]), int(offsets[comparison + 1]))
            relative, known = of_column[turn]
            found.append(relative[within][known[within]])
        return found


def _relative(baseline: NDArray[np.float64], candidate: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        found: NDArray[np.float64] = (candidate - baseline) / baseline
        return found


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
        sides: What the baseline and the candidate have in it, as text.
        by: What makes a run the best of its side.
        goal: Which end of it.
        compare: The columns to compare.

    Raises:
        BadUserInput: The column that differs is matched, or a side is no value of it.
    """
    keys = tuple(dict.fromkeys(match))
    if differ in keys:
        raise BadUserInput(
            f"differ: {differ.upper()} is in match too; the runs of a pair cannot be equal and differ in it.",
            argument="differ",
        )
    offsets, groups = split(runs, keys)
    baseline, candidate = (
        ranked_runs(groups.runs.where(rows_of_side(runs.child, differ, side)), by, goal) for side in sides
    )
    there = [side.counts > 0 for side in (baseline, candidate)]
    both = there[0] & there[1]
    picked = [RowSet(runs.child, side.indices[side.offsets[:-1][both]]) for side in (baseline, candidate)]
    only_one = offsets_of(there[0] ^ there[1])[offsets]
    return Comparisons(
        offsets_of(both)[offsets], Pairs(keys, picked[0], picked[1], tuple(dict.fromkeys(compare))), np.diff(only_one)
    )
