"""The best run of each group: least or greatest in one column, with the next ones and the room to each constraint."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.groups import Groups, split
from tables.batch import Batch, ListColumn, OptionalColumn
from tables.conditions import All, Compare
from tables.order import file_order
from tables.relations import Grouped, offsets_of
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from resolvers.filters import Filter
    from tables.conditions import Condition

_MAX_RUNNERS_UP = 100
_UPPER = frozenset({"lt", "lte"})
_BOUNDS = _UPPER | {"gt", "gte"}


class Goal(Enum):
    """Which end of a column is best."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


@dataclass(slots=True)
class BestRuns(Batch):
    """The best runs of groups.

    Args:
        groups: The groups; each has a best run.
        ranked: Each group's runs that have a value, best first.
        runners_up: How many of the next ones were asked for.
        constraints: The bounds that the selection was filtered by.
    """

    groups: Groups
    ranked: Grouped
    runners_up: int
    constraints: tuple[Compare, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def take(self, positions: NDArray[np.int64]) -> BestRuns:
        """Return the best runs at these positions."""
        return BestRuns(self.groups.take(positions), self.ranked.of(positions), self.runners_up, self.constraints)

    def run(self) -> RowSet:
        """Return the best run of each group."""
        return RowSet(self.ranked.child, self.ranked.indices[self.ranked.offsets[:-1]])

    def next_runs(self) -> Grouped:
        """Return the runs that come next, best first."""
        starts = self.ranked.offsets[:-1] + 1
        return self.ranked.slices(starts, np.minimum(starts + self.runners_up, self.ranked.offsets[1:]))

    def slack(self) -> ListColumn:
        """Return how far each best run is from each bound."""
        offsets = np.arange(len(self) + 1) * len(self.constraints)
        positions = np.arange(offsets[-1])
        return ListColumn(offsets, Slack(self.run(), self.constraints, positions))


@dataclass(slots=True)
class Slack(Batch):
    """How far runs are from bounds: every run and every bound, the bounds taking turns.

    Args:
        runs: The runs.
        constraints: The bounds.
        positions: Which of the pairs these are.
    """

    runs: RowSet
    constraints: tuple[Compare, ...]
    positions: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, positions: NDArray[np.int64]) -> Slack:
        """Return the pairs at these positions."""
        return Slack(self.runs, self.constraints, self.positions[positions])

    def columns(self) -> list[str]:
        """Return the column of each bound."""
        return [self._constraint(position).column for position in self.positions.tolist()]

    def limit(self) -> pa.Array[Any]:
        """Return each bound."""
        return pa.array([float(self._constraint(position).value) for position in self.positions.tolist()])

    def value(self) -> pa.Array[Any]:
        """Return what each run has."""
        return pa.array([self._value(position) for position in self.positions.tolist()])

    def margin(self) -> pa.Array[Any]:
        """Return how much each run's value could grow worse before the bound binds, infinite where it overflows."""
        margins = []
        for position in self.positions.tolist():
            constraint = self._constraint(position)
            distance = float(constraint.value) - self._value(position)
            margins.append(distance if constraint.operator in _UPPER else -distance)
        return pa.array(margins, pa.float64())

    def _constraint(self, position: int) -> Compare:
        return self.constraints[position % len(self.constraints)]

    def _value(self, position: int) -> float:
        row = self.runs.indices[position // len(self.constraints)]
        return float(self.runs.table.values(self._constraint(position).column).array[row])


def best_runs(
    runs: Grouped, column: str, goal: Goal, *, per: Sequence[str], runners_up: int, where: Sequence[Filter]
) -> ListColumn:
    """Return for each group of rows the best run of each of its groups by key; a group without a value has none.

    Raises:
        BadUserInput: The number of runners-up is out of range.
    """
    if not 0 <= runners_up <= _MAX_RUNNERS_UP:
        raise BadUserInput(
            f"runnersUp: {runners_up} is not allowed; allowed are 0 to {_MAX_RUNNERS_UP}.",
            argument="runnersUp",
            value=runners_up,
        )
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    ranked = ranked_runs(groups.runs, column, goal)
    has_best = ranked.counts > 0
    kept = np.flatnonzero(has_best)
    best = BestRuns(
        groups.take(kept),
        ranked.of(kept),
        runners_up,
        tuple(bound for each in where for bound in _bounds(each.condition)),
    )
    return ListColumn(offsets_of(has_best)[offsets], best)


def only_the_best(runs: Grouped, column: str, goal: Goal, *, per: Sequence[str]) -> Grouped:
    """Narrow each group of rows to the best run of each of its groups by key, in the order of the table."""
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    ranked = ranked_runs(groups.runs, column, goal)
    has_best = ranked.counts > 0
    best = Grouped(runs.child, offsets_of(has_best)[offsets], ranked.indices[ranked.offsets[:-1][has_best]])
    return best.ordered(file_order(runs.child))


def best_of_each(runs: Grouped, column: str, goal: Goal) -> OptionalColumn:
    """Return each group's best run, if any of its runs has a value."""
    ranked = ranked_runs(runs, column, goal)
    present = ranked.counts > 0
    return OptionalColumn(present, RowSet(ranked.child, ranked.indices[ranked.offsets[:-1][present]]))


def ranked_runs(runs: Grouped, column: str, goal: Goal) -> Grouped:
    """Sort each group's runs that have a value, best first, equal ones by id."""
    values = runs.child.values(column)
    if values.valid is not None:
        runs = runs.where(values.valid)
    array = values.array[runs.indices].astype(np.float64)
    keys = (runs.child.key_rank[runs.indices], array if goal is Goal.MINIMIZE else -array, runs.parents())
    return Grouped(runs.child, runs.offsets, runs.indices[np.lexsort(keys)])


def _bounds(where: Condition) -> Iterator[Compare]:
    """Yield the bounds that every selected run keeps: those that are not in an `or` or a `not`."""
    match where:
        case Compare() if where.operator in _BOUNDS:
            yield where
        case All(parts):
            for part in parts:
                yield from _bounds(part)
        case _:
            return
