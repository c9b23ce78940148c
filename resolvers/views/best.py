"""Best run of each group by one column, with its runners-up and its distance from each filter bound."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np

from errors import BadUserInput
from resolvers.views.groups import Groups, split
from tables.batch import ListColumn, OptionalColumn
from tables.catalogue import graph_name
from tables.conditions import All, Compare
from tables.order import file_order
from tables.relations import Grouped, offsets_of
from tables.row_set import RowSet
from tables.struct_batch import StructBatch, interleave, lists_of_equal_length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from resolvers.filters import Filter
    from tables.conditions import Condition

_MAX_RUNNERS_UP = 100
_UPPER = frozenset({"lt", "lte"})
_BOUNDS = _UPPER | {"gt", "gte"}


class Goal(Enum):
    """Whether less or more is better."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


@dataclass(slots=True)
class BestRuns(StructBatch):
    """Best run of each group.

    Args:
        groups: Groups with a best run.
        ranked: Each group's runs that have a value, best first.
        runner_up_count: Maximum number of runners-up.
        where: The filters of the selection; their bounds are found only for `slack`, in 3 µs per condition.
    """

    groups: Groups
    ranked: Grouped
    runner_up_count: int
    where: tuple[Filter, ...]

    @property
    def run(self) -> RowSet:
        """The best run of each group."""
        return _first_runs(self.ranked)

    @property
    def runners_up(self) -> Grouped:
        """The runs after the best one, best first."""
        starts = self.ranked.offsets[:-1] + 1
        return self.ranked.slices(starts, np.minimum(starts + self.runner_up_count, self.ranked.offsets[1:]))

    @property
    def slack(self) -> ListColumn:
        """The distance of each best run from each bound."""
        rows, table = self.run.indices, self.run.table
        bounds = [bound for each in self.where for bound in _bounds(each.condition)]
        values = [table.values(bound.column).array[rows].astype(np.float64) for bound in bounds]
        limits = [np.full(len(rows), bound.value, np.float64) for bound in bounds]
        with np.errstate(over="ignore"):
            margins = [
                limit - value if bound.operator in _UPPER else value - limit
                for bound, limit, value in zip(bounds, limits, values, strict=True)
            ]
        fields = [graph_name(bound.column) for bound in bounds] * len(rows)
        return lists_of_equal_length(
            len(rows), Slack(fields, *(interleave(each, len(rows)) for each in (limits, values, margins)))
        )


@dataclass(slots=True)
class Slack(StructBatch):
    """Distances of runs from bounds.

    Args:
        field: The column of each bound, as the graph spells it.
        limit: The bounds, float64.
        value: The runs' values, float64.
        margin: The change for the worse that each bound still allows, float64; infinite where it overflows.
    """

    field: list[str]
    limit: NDArray[np.float64]
    value: NDArray[np.float64]
    margin: NDArray[np.float64]


def best_runs(
    runs: Grouped, column: str, goal: Goal, *, per: Sequence[str], runners_up: int, where: Sequence[Filter]
) -> ListColumn:
    """Return for each group of rows the best run of each of its groups by key; a group without a value has none.

    Raises:
        BadUserInput: The number of runners-up is out of range.
    """
    if not 0 <= runners_up <= _MAX_RUNNERS_UP:
        raise BadUserInput(
            f"runnersUp: {runners_up} is out of range; allowed: 0 to {_MAX_RUNNERS_UP}.",
            argument="runnersUp",
            value=runners_up,
        )
    offsets, groups = split(runs, per)
    ranked = ranked_runs(groups.runs, column, goal)
    has_best = ranked.counts > 0
    best = BestRuns(groups, ranked, runners_up, tuple(where)).take(np.flatnonzero(has_best))
    return ListColumn(offsets_of(has_best)[offsets], best)


def only_the_best(runs: Grouped, column: str, goal: Goal, *, per: Sequence[str]) -> Grouped:
    """Narrow each group of rows to the best run of each of its groups by key, in the order of the table."""
    offsets, groups = split(runs, per)
    best = best_of_each(groups.runs, column, goal)
    rows: RowSet = best.items  # type: ignore[assignment]
    return Grouped(runs.child, offsets_of(best.present)[offsets], rows.indices).ordered(file_order(runs.child))


def best_of_each(runs: Grouped, column: str, goal: Goal) -> OptionalColumn:
    """Return each group's best run; null where none of its runs has a value."""
    ranked = ranked_runs(runs, column, goal)
    present = ranked.counts > 0
    return OptionalColumn(present, _first_runs(ranked, present))


def ranked_runs(runs: Grouped, column: str, goal: Goal) -> Grouped:
    """Sort each group's runs that have a value, best first; equal runs by id."""
    values = runs.child.values(column)
    if values.valid is not None:
        runs = runs.where(values.valid)
    array = values.array[runs.indices].astype(np.float64)
    keys = (runs.child.key_rank[runs.indices], array if goal is Goal.MINIMIZE else -array, runs.parents())
    return Grouped(runs.child, runs.offsets, runs.indices[np.lexsort(keys)])


def _first_runs(runs: Grouped, present: NDArray[np.bool_] | slice = slice(None)) -> RowSet:
    """Return the first run of each group; the groups that are not present may be empty."""
    return RowSet(runs.child, runs.indices[runs.offsets[:-1][present]])


def _bounds(where: Condition) -> Iterator[Compare]:
    """Yield the bounds that hold for every selected run: those outside of `or` and `not`."""
    match where:
        case Compare() if where.operator in _BOUNDS:
            yield where
        case All(parts):
            for part in parts:
                yield from _bounds(part)
        case _:
            return
