"""Pareto frontiers: the runs that no other run beats in every one of some columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.groups import Groups, split
from tables.batch import Batch, Lists
from tables.relations import Grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MAX_OBJECTIVES = 6
_PLANE = 2


@dataclass(frozen=True, slots=True)
class Frontiers(Batch):
    """One frontier per group.

    Args:
        groups: The groups.
        frontier: The runs of each group's frontier, by ascending first objective.
        missing: How many runs of each group lack an objective, and so are in no frontier.
    """

    groups: Groups
    frontier: Grouped
    missing: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.groups)

    def take(self, positions: NDArray[np.int64]) -> Frontiers:
        """Return the frontiers at these positions."""
        return Frontiers(self.groups.take(positions), self.frontier.of(positions), self.missing[positions])

    def null_count(self) -> pa.Array[Any]:
        """Count the runs of each group that lack an objective."""
        return pa.array(self.missing)


def pareto_frontiers(runs: Grouped, *, minimize: Sequence[str], maximize: Sequence[str], per: Sequence[str]) -> Lists:
    """Return for each group of rows the frontier of each of its groups by key.

    Raises:
        BadUserInput: There is no objective, too many, or one is both minimized and maximized.
    """
    objectives = [(column, 1.0) for column in dict.fromkeys(minimize)]
    objectives += [(column, -1.0) for column in dict.fromkeys(maximize)]
    both = sorted(set(minimize) & set(maximize))
    if both:
        names = ", ".join(column.upper() for column in both)
        raise BadUserInput(
            f"minimize and maximize both name {names}; name each column once.", argument="minimize", value=names
        )
    if not 1 <= len(objectives) <= _MAX_OBJECTIVES:
        raise BadUserInput(
            f"minimize and maximize name {len(objectives)} objectives; allowed are 1 to {_MAX_OBJECTIVES}.",
            argument="minimize",
            value=len(objectives),
        )
    offsets, groups = split(runs, tuple(dict.fromkeys(per)))
    complete = groups.runs
    for column, _ in objectives:
        valid = runs.child.values(column).valid
        if valid is not None:
            complete = complete.where(valid)
    missing = groups.runs.counts - complete.counts
    points = np.stack(
        [sign * runs.child.values(column).array[complete.indices].astype(np.float64) for column, sign in objectives],
        axis=1,
    )
    kept, bounds = _frontier_positions(points, complete.offsets)
    frontier = Grouped(runs.child, bounds, complete.indices[kept])
    first = runs.child.values(objectives[0][0]).array[frontier.indices]
    others = [points[kept][:, column] for column in range(1, len(objectives))]
    order = np.lexsort((runs.child.key_rank[frontier.indices], *reversed(others), first, frontier.parents()))
    return Lists(offsets, Frontiers(groups, Grouped(runs.child, bounds, frontier.indices[order]), missing))


def _frontier_positions(
    points: NDArray[np.float64], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the points on their group's frontier, and the bounds of the groups among them."""
    kept: list[NDArray[np.int64]] = []
    for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        kept.append(start + np.flatnonzero(on_frontier(points[start:stop])))
    bounds = np.concatenate(([0], np.cumsum([len(part) for part in kept]))).astype(np.int64)
    return np.concatenate([np.empty(0, np.int64), *kept]), bounds


def on_frontier(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of each point (n rows of k, less is better) whether no other is as good in all and better in one.

    Equal points are all on the frontier, or none is.
    """
    if points.shape[1] == 1:
        least: NDArray[np.bool_] = points[:, 0] == points[:, 0].min(initial=np.inf)
        return least
    if points.shape[1] == _PLANE:
        return _on_frontier_of_plane(points[:, 0], points[:, 1])
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
    if not len(x):
        return np.zeros(0, np.bool_)
    order = np.lexsort((y, x))
    sorted_x, sorted_y = x[order], y[order]
    first_of_x = np.concatenate(([True], sorted_x[1:] != sorted_x[:-1]))
    column = np.cumsum(first_of_x) - 1
    least = sorted_y[first_of_x]
    before = np.concatenate(([np.inf], np.minimum.accumulate(least)[:-1]))
    on = np.empty(len(x), np.bool_)
    on[order] = (sorted_y == least[column]) & (least < before)[column]
    return on
