"""Naive oracles of the views: plain rows, loops, `statistics` and numpy's own functions."""

from __future__ import annotations

import statistics
from math import fsum
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.resolvers.views.drawn_runs import field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.naive_oracle import Input, Row

PERCENTILES = (0.0, 1.0, 25.0, 50.0, 66.6, 90.0, 99.0, 100.0)
STATISTICS = f"count nullCount min max mean median stddev sum percentiles(p: {list(PERCENTILES)})"
_OPERATORS = ("lt", "lte", "gt", "gte")

Groups = dict[tuple[Any, ...], list["Row"]]


def about(value: float, values: Sequence[float]) -> Any:  # noqa: ANN401 - what pytest compares with
    """Return what is equal to a figure computed from these values, up to the order of float64 operations."""
    return pytest.approx(value, rel=1e-9, abs=1e-12 * max(map(abs, values), default=0.0) * max(len(values), 1))


def values_of(rows: Sequence[Row], column: str) -> list[float]:
    """Return the values that are there."""
    return [float(row[field_of(column)]) for row in rows if row[field_of(column)] is not None]


def statistics_of(rows: Sequence[Row], column: str) -> dict[str, Any]:
    """Return the statistics of a column, as the answer's fields."""
    values = values_of(rows, column)
    counted = {"count": len(values), "nullCount": len(rows) - len(values), "sum": about(fsum(values), values)}
    if not values:
        nothing = dict.fromkeys(("min", "max", "mean", "median", "stddev"))
        return {**counted, **nothing, "percentiles": [None] * len(PERCENTILES)}
    return {
        **counted,
        "min": min(values),
        "max": max(values),
        "mean": about(fsum(values) / len(values), values),
        "median": statistics.median(values),
        "stddev": about(statistics.stdev(values), values) if len(values) > 1 else None,
        "percentiles": [about(float(np.percentile(values, percent)), values) for percent in PERCENTILES],
    }


def groups_of(rows: Sequence[Row], keys: Sequence[str]) -> Groups:
    """Return the rows by what they have in some columns: groups by ascending key, a missing value last."""
    groups: Groups = {}
    for row in rows:
        groups.setdefault(tuple(row[field_of(key)] for key in keys), []).append(row)
    return {key: groups[key] for key in sorted(groups, key=lambda key: [(part is None, part or 0) for part in key])}


def key_of(keys: Sequence[str], key: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a group's key, as the answer's fields."""
    return [{"field": field_of(name), **value_of(part)} for name, part in zip(keys, key, strict=True)]


def value_of(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any cell
    """Return a value as text and, where it is one, as a number."""
    if value is None:
        return {"value": None, "number": None}
    if isinstance(value, bool):
        return {"value": "true" if value else "false", "number": None}
    return {"value": str(value), "number": float(value) if isinstance(value, int | float) else None}


def ranked(rows: Sequence[Row], column: str, goal: str) -> list[Row]:
    """Return the rows that have a value, best first, equal ones by id."""
    sign = 1 if goal == "MINIMIZE" else -1
    there = [row for row in rows if row[field_of(column)] is not None]
    return sorted(there, key=lambda row: (sign * row[field_of(column)], row["id"]))


def slack_of(run: Row, where: Input) -> list[dict[str, Any]]:
    """Return how far a run is from each bound that is in no `or` and no `not`, in any order."""
    found = []
    for name, given in where.items():
        if name == "and":
            for part in given:
                found += slack_of(run, part)
        elif name not in {"or", "not"}:
            for operator, limit in given.items():
                if operator in _OPERATORS:
                    room = limit - run[name] if operator.startswith("l") else run[name] - limit
                    found.append({"field": name, "limit": limit, "value": run[name], "margin": room})
    return found


def frontier_of(rows: Sequence[Row], objectives: Mapping[str, int]) -> tuple[list[Row], int]:
    """Return the rows that no other beats, by ascending first objective, and how many lack an objective.

    Args:
        rows: The rows.
        objectives: 1 for a column in which less is better, -1 for one in which more is.
    """
    complete = [row for row in rows if all(row[field_of(column)] is not None for column in objectives)]

    def costs(row: Row) -> list[float]:
        return [sign * row[field_of(column)] for column, sign in objectives.items()]

    def beats(one: Row, other: Row) -> bool:
        pairs = list(zip(costs(one), costs(other), strict=True))
        return all(mine <= yours for mine, yours in pairs) and any(mine < yours for mine, yours in pairs)

    first = field_of(next(iter(objectives)))
    order: Callable[[Row], Any] = lambda row: (row[first], costs(row)[1:], row["id"])  # noqa: E731 - a key
    frontier = [row for row in complete if not any(beats(other, row) for other in complete)]
    return sorted(frontier, key=order), len(rows) - len(complete)
