"""Pareto frontiers: the runs that no other run beats in every one of some columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from errors import BadUserInput, QueryTooComplex
from resolvers.views.groups import Groups, split
from tables.batch import ListColumn
from tables.relations import Grouped, offsets_of
from tables.struct_batch import StructBatch, take_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.table import Table

PLANE = 2  # objectives; a frontier of more is not found by sorting
MAX_FRONTIER = 2_000  # runs; with three objectives or more, each is compared with all runs of its group
_MAX_OBJECTIVES = 6
_MAX_AGAINST = 16
_BLOCK = 2**12
_COMPARED = 64  # points that are compared with all others at once; a loop over single ones takes five times as long


@dataclass(slots=True)
class Frontiers(StructBatch):
    """One frontier per group.

    Args:
        groups: The groups.
        runs: The runs of each group's frontier, by ascending first objective.
        null_count: The number of runs in each group that are in no frontier because an objective is null, int64.
        against: The alternating objective of each frontier; None without alternating objectives.
    """

    groups: Groups
    runs: Grouped
    null_count: NDArray[np.int64]
    against: list[str | None]


def pareto_frontiers(
    runs: Grouped, *, minimize: Sequence[str], maximize: Sequence[str], per: Sequence[str], against: Sequence[str] = ()
) -> ListColumn:
    """Return for each group of rows the frontier of each of its groups by the columns `per`.

    `against` are alternating objectives to minimize: each gives a set of frontiers of its own, in this order.

    Raises:
        BadUserInput: The number of objectives is out of range, or a column is in both directions.
    """
    alternatives: list[str | None] = list(dict.fromkeys(against)) or [None]
    if len(alternatives) > _MAX_AGAINST:
        raise BadUserInput(
            f"against: received {len(alternatives)} columns; allowed: up to {_MAX_AGAINST}.",
            argument="against",
            value=len(alternatives),
        )
    objectives = [_objectives(each, minimize, maximize) for each in alternatives]
    offsets, groups = split(runs, per)
    found = [
        replace(_frontiers(groups, of_one), against=[each] * len(groups))
        for each, of_one in zip(alternatives, objectives, strict=True)
    ]
    if len(found) == 1:
        return ListColumn(offsets, found[0])
    together = Frontiers(
        groups.take(np.tile(np.arange(len(groups)), len(found))),
        _concatenated([frontiers.runs for frontiers in found]),
        np.concatenate([frontiers.null_count for frontiers in found]),
        [each for frontiers in found for each in frontiers.against],
    )
    # From one list per alternative and group of rows to one list per group of rows, alternative after alternative.
    counts = np.diff(offsets)
    lists = ListColumn(offsets_of(np.tile(counts, len(found))), together)
    order = np.arange(len(found) * len(runs)).reshape(len(found), len(runs)).T.ravel()
    return ListColumn(offsets_of(counts * len(found)), take_rows(lists, order).items)


def _objectives(against: str | None, minimize: Sequence[str], maximize: Sequence[str]) -> list[tuple[str, float]]:
    """Return the objectives of one set of frontiers, each with the sign that makes less better."""
    less = dict.fromkeys(minimize if against is None else (against, *minimize))
    more = dict.fromkeys(maximize)
    both = sorted(less.keys() & more)
    if both:
        names = ", ".join(column.upper() for column in both)
        raise BadUserInput(
            f"{'against' if against in both else 'minimize'} and maximize both contain {names}; pass each column once.",
            argument="minimize",
            value=names,
        )
    count = len(less) + len(more)
    if not 1 <= count <= _MAX_OBJECTIVES:
        raise BadUserInput(
            f"minimize and maximize contain {count} columns; allowed: 1 to {_MAX_OBJECTIVES}.",
            argument="minimize",
            value=count,
        )
    return [(column, 1.0) for column in less] + [(column, -1.0) for column in more]


def _frontiers(groups: Groups, objectives: Sequence[tuple[str, float]]) -> Frontiers:
    table = groups.runs.child
    complete = groups.runs
    for column, _ in objectives:
        valid = table.values(column).valid
        if valid is not None:
            complete = complete.where(valid)
    costs = [_costs(table, column, sign, complete.indices) for column, sign in objectives]
    best, bounds = _frontier_positions(costs, complete.offsets)
    frontier = Grouped(table, bounds, complete.indices[best])
    first = table.values(objectives[0][0]).array[frontier.indices]
    others = [cost[best] for cost in costs[1:]]
    order = np.lexsort((table.key_rank[frontier.indices], *reversed(others), first, frontier.parents()))
    null_count = groups.runs.counts - complete.counts
    return Frontiers(groups, Grouped(table, bounds, frontier.indices[order]), null_count, [])


def _costs(table: Table, column: str, sign: float, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the values of some rows, negated where more is better."""
    values: NDArray[np.float64] = table.values(column).array[rows].astype(np.float64, copy=False)
    return values if sign > 0 else -values


def _concatenated(lists: Sequence[Grouped]) -> Grouped:
    counts = np.concatenate([part.counts for part in lists])
    return Grouped(lists[0].child, offsets_of(counts), np.concatenate([part.indices for part in lists]))


def _frontier_positions(
    costs: Sequence[NDArray[np.float64]], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of the points on their group's frontier, and the bounds of the groups among them."""
    if len(offsets) == 2:  # noqa: PLR2004 - the bounds of one group, the most frequent case
        only = np.flatnonzero(on_frontier(costs))
        return only, np.array([0, len(only)], np.int64)
    parts = [
        start + np.flatnonzero(on_frontier([cost[start:stop] for cost in costs]))
        for start, stop in pairwise(offsets.tolist())
    ]
    bounds = offsets_of(np.array([len(part) for part in parts], np.int64))
    return np.concatenate([np.empty(0, np.int64), *parts]), bounds


def on_frontier(costs: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Return for each point whether no other point is as good in all objectives and better in one.

    Equal points are either all on the frontier or all off it.

    Args:
        costs: The coordinates of all points, one array per objective; less is better.
    """
    if len(costs) == 1:
        least: NDArray[np.bool_] = costs[0] == costs[0].min(initial=np.inf)
        return least
    if len(costs) == PLANE:
        return _on_frontier_of_plane(costs[0], costs[1])
    points = np.stack(costs, axis=1)
    candidates = np.arange(len(points))
    while len(candidates) > _BLOCK:
        # A point beaten within a block is beaten overall, and a block fits the processor's cache.
        blocks = -(-len(candidates) // _BLOCK)
        parts = [candidates[first::blocks] for first in range(blocks)]
        unbeaten = np.concatenate([part[_on_frontier_of_block(points[part])] for part in parts])
        if 2 * len(unbeaten) > len(candidates):
            break
        candidates = unbeaten
    on = np.zeros(len(points), np.bool_)
    on[candidates[_on_frontier_of_block(points[candidates])]] = True
    return on


def _on_frontier_of_block(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each point whether it is on the frontier, in time proportional to points times frontier size."""
    on = np.zeros(len(points), np.bool_)
    # A point that beats another has a lesser sum of ranks: only earlier points can beat a point.
    ranks = sum(np.unique(column, return_inverse=True)[1] for column in points.T)
    remaining = np.argsort(ranks, kind="stable")
    while len(remaining):
        first, remaining = remaining[:_COMPARED], remaining[_COMPARED:]
        unbeaten = first[~_beaten(points[first], points[first])]
        on[unbeaten] = True
        if (found := np.count_nonzero(on)) > MAX_FRONTIER:
            raise QueryTooComplex(
                f"paretoFrontier: more than {MAX_FRONTIER} of {len(points)} runs are on one frontier; use fewer "
                "objectives or a filter.",
                limit="frontier",
                requested=int(found),
                allowed=MAX_FRONTIER,
            )
        remaining = remaining[~_beaten(points[remaining], points[unbeaten])]
    return on


def _beaten(points: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each point whether one of the others is as good in all objectives and better in one."""
    as_good = np.ones((len(points), len(others)), np.bool_)
    better = np.zeros((len(points), len(others)), np.bool_)
    for own, of_others in zip(points.T, others.T, strict=True):
        as_good &= of_others <= own[:, None]
        better |= of_others < own[:, None]
    beaten: NDArray[np.bool_] = (as_good & better).any(axis=1)
    return beaten


def _on_frontier_of_plane(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Sweep from the least x: a point is on the frontier if y is the least of its x and less than at any lesser x."""
    on = np.zeros(len(x), np.bool_)
    order = np.lexsort((y, x))
    # Only points without a lesser y before them can be on the frontier: usually a few.
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
