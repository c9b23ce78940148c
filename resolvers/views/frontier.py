"""Pareto frontiers: the runs that no other run beats in every one of some columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.groups import Groups, split
from tables.batch import Batch, ListColumn
from tables.relations import Grouped, offsets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.table import Table

_MAX_OBJECTIVES = 6
_MAX_TURNS = 16
_PLANE = 2
_FEW = 2**12


@dataclass(slots=True)
class Frontiers(Batch):
    """One frontier per group.

    Args:
        groups: The groups.
        frontier: The runs of each group's frontier, by ascending first objective.
        missing: How many runs of each group lack an objective, and so are in no frontier.
        against: The one of several objectives that took its turn in each; None where there were none to take turns.
    """

    groups: Groups
    frontier: Grouped
    missing: NDArray[np.int64]
    against: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.groups)

    def take(self, positions: NDArray[np.int64]) -> Frontiers:
        """Return the frontiers at these positions."""
        against = tuple(self.against[position] for position in positions.tolist())
        return Frontiers(self.groups.take(positions), self.frontier.of(positions), self.missing[positions], against)

    def null_count(self) -> pa.Array[Any]:
        """Count the runs of each group that lack an objective."""
        return pa.array(self.missing)

    def metric(self) -> pa.Array[Any]:
        """Return which objective took its turn in each, as the graph's enum spells it; null where none did."""
        return pa.array([None if column is None else column.upper() for column in self.against], pa.string())


def pareto_frontiers(
    runs: Grouped, *, minimize: Sequence[str], maximize: Sequence[str], per: Sequence[str], against: Sequence[str] = ()
) -> ListColumn:
    """Return for each group of rows the frontier of each of its groups by key.

    Args:
        runs: The groups of rows.
        minimize: The objectives of which less is better.
        maximize: The objectives of which more is better.
        per: The columns to group by.
        against: Further objectives of which less is better, which take turns: one answer for each, in this order.

    Raises:
        BadUserInput: There is no objective, too many, or one is named twice over.
    """
    turns = tuple(dict.fromkeys(against)) or (None,)
    if len(turns) > _MAX_TURNS:
        raise BadUserInput(
            f"against: {len(turns)} columns were given; allowed are up to {_MAX_TURNS}.",
            argument="against",
            value=len(turns),
        )
    objectives = [_objectives(turn, minimize, maximize) for turn in turns]
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    found = [_frontiers(groups, of_turn) for of_turn in objectives]
    if len(turns) == 1:
        return ListColumn(offsets, replace(found[0], against=turns * len(groups)))
    # Each group of rows has its groups once per turn: turn by turn within the group of rows.
    positions = np.arange(len(groups) * len(turns)).reshape(len(turns), -1)
    counts = np.diff(offsets)
    order = np.concatenate(
        [np.empty(0, np.int64)] + [positions[:, start:stop].reshape(-1) for start, stop in pairwise(offsets.tolist())]
    )
    together = Frontiers(
        groups.take(np.tile(np.arange(len(groups)), len(turns))),
        _one_after_another([frontiers.frontier for frontiers in found]),
        np.concatenate([frontiers.missing for frontiers in found]),
        tuple(turn for turn in turns for _ in range(len(groups))),
    )
    return ListColumn(offsets_of(counts * len(turns)), together.take(order))


def _objectives(turn: str | None, minimize: Sequence[str], maximize: Sequence[str]) -> list[tuple[str, float]]:
    """Return the objectives of one answer, each with the sign that makes less better."""
    less = dict.fromkeys(minimize if turn is None else (turn, *minimize))
    named = {"minimize": less, "maximize": dict.fromkeys(maximize)}
    both = sorted(set(less) & set(maximize))
    if both:
        names = ", ".join(column.upper() for column in both)
        raise BadUserInput(
            f"{'minimize' if turn not in both else 'against'} and maximize both name {names}; name each column once.",
            argument="minimize",
            value=names,
        )
    count = sum(map(len, named.values()))
    if not 1 <= count <= _MAX_OBJECTIVES:
        raise BadUserInput(
            f"minimize and maximize name {count} objectives; allowed are 1 to {_MAX_OBJECTIVES}.",
            argument="minimize",
            value=count,
        )
    return [(column, 1.0) for column in less] + [(column, -1.0) for column in named["maximize"]]


def _frontiers(groups: Groups, objectives: Sequence[tuple[str, float]]) -> Frontiers:
    """Return the frontier of each group."""
    table = groups.runs.child
    complete = groups.runs
    for column, _ in objectives:
        valid = table.values(column).valid
        if valid is not None:
            complete = complete.where(valid)
    missing = groups.runs.counts - complete.counts
    costs = [_costs(table, column, sign, complete.indices) for column, sign in objectives]
    kept, bounds = _frontier_positions(costs, complete.offsets)
    frontier = Grouped(table, bounds, complete.indices[kept])
    first = table.values(objectives[0][0]).array[frontier.indices]
    others = [cost[kept] for cost in costs[1:]]
    order = np.lexsort((table.key_rank[frontier.indices], *reversed(others), first, frontier.parents()))
    return Frontiers(groups, Grouped(table, bounds, frontier.indices[order]), missing, ())


def _costs(table: Table, column: str, sign: float, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the values of some rows, turned so that less is better."""
    values: NDArray[np.float64] = table.values(column).array[rows].astype(np.float64, copy=False)
    return values if sign > 0 else -values


def _one_after_another(lists: Sequence[Grouped]) -> Grouped:
    counts = np.concatenate([part.counts for part in lists])
    return Grouped(lists[0].child, offsets_of(counts), np.concatenate([part.indices for part in lists]))


def _frontier_positions(
    costs: Sequence[NDArray[np.float64]], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the points on their group's frontier, and the bounds of the groups among them."""
    if len(offsets) == 2:  # noqa: PLR2004 - the bounds of one group, the most frequent case
        only = np.flatnonzero(on_frontier(costs))
        return only, np.array([0, len(only)], np.int64)
    kept = [
        start + np.flatnonzero(on_frontier([cost[start:stop] for cost in costs]))
        for start, stop in pairwise(offsets.tolist())
    ]
    bounds = offsets_of(np.array([len(part) for part in kept], np.int64))
    return np.concatenate([np.empty(0, np.int64), *kept]), bounds


def on_frontier(costs: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Say of each point whether no other is as good in all and better in one.

    Equal points are all on the frontier, or none is.

    Args:
        costs: The coordinates of all points, one array per objective, less is better.
    """
    if len(costs) == 1:
        least: NDArray[np.bool_] = costs[0] == costs[0].min(initial=np.inf)
        return least
    if len(costs) == _PLANE:
        return _on_frontier_of_plane(costs[0], costs[1])
    points = np.stack(costs, axis=1)
    left = np.arange(len(points))
    while len(left) > _FEW:
        # Who is beaten in a part is beaten in the whole; the parts are small enough for the processor's cache.
        parts = -(-len(left) // _FEW)
        kept = np.concatenate([left[part::parts][_among_few(points[left[part::parts]])] for part in range(parts)])
        if 2 * len(kept) > len(left):
            break
        left = kept
    on = np.zeros(len(points), np.bool_)
    on[left[_among_few(points[left])]] = True
    return on


def _among_few(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each point whether no other beats it, in time that grows with their number times the frontier's."""
    on = np.zeros(len(points), np.bool_)
    # Whoever beats a point has a lesser sum of ranks, so the first that is left is beaten by none.
    ranks = sum(np.unique(column, return_inverse=True)[1] for column in points.T)
    left = np.argsort(ranks, kind="stable")
    while len(left):
        best = points[left[0]]
        rest = points[left]
        beaten = (rest >= best).all(axis=1) & (rest > best).any(axis=1)
        equal = (rest == best).all(axis=1)
        on[left[equal]] = True
        left = left[~beaten & ~equal]
    return on


def _on_frontier_of_plane(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Sweep from the least x: a point stays if it is the least of its x and less than all of lesser x."""
    on = np.zeros(len(x), np.bool_)
    order = np.lexsort((y, x))
    # Mostly a few: those that nothing before them undercuts. Whoever beats another is among them, or is beaten by one.
    order = order[y[order] <= np.minimum.accumulate(y[order])] if len(order) else order
    if not len(order):
        return on
    sorted_x, sorted_y = x[order], y[order]
    first_of_x = np.concatenate(([True], sorted_x[1:] != sorted_x[:-1]))
    column = np.cumsum(first_of_x) - 1
    least = sorted_y[first_of_x]
    before = np.concatenate(([np.inf], np.minimum.accumulate(least)[:-1]))
    on[order] = (sorted_y == least[column]) & (least < before)[column]
    return on
