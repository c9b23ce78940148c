"""Reasons for an empty selection of runs: the conditions that would select runs if one of them were dropped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import clipped
from tables.catalogue import graph_name
from tables.conditions import All, AnyOf, Compare, Not, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from resolvers.filters import Filter
    from resolvers.runs import Stability
    from tables.conditions import Condition
    from tables.relations import Grouped
    from tables.table import Table


@dataclass(frozen=True, slots=True)
class EmptyReason:
    """Condition that makes a selection empty.

    Args:
        argument: The path of the condition: `gpuModel.eq`, `or`, `stability`.
        condition: The condition as the graph spells it, such as `gpuModel.eq: "B200"`, truncated to 100 characters.
        run_count: The number of runs that match all other conditions.
    """

    argument: str
    condition: str
    run_count: int


class Narrowing:
    """Each parent's runs before any condition, and the conditions on them.

    Every connection has one, so the runs are looked up only when needed. Not a dataclass: `bytes_of_arrays` would count
    those runs as the connection's own.

    Args:
        runs: Returns each parent's runs.
        by: The filters and stabilities, from the outermost field inwards.
    """

    __slots__ = ("_by", "_runs")

    def __init__(self, runs: Callable[[], Grouped], by: tuple[tuple[Filter | None, Stability], ...] = ()) -> None:
        self._runs = runs
        self._by = by

    def further(self, where: Filter | None, stability: Stability) -> Narrowing:
        """Return the narrowing with another filter and stability."""
        return Narrowing(self._runs, (*self._by, (where, stability)))

    def with_value(self, column: str) -> Narrowing:
        """Return the narrowing of the runs with a value in a column."""

        def runs() -> Grouped:
            found = self._runs()
            valid = found.child.values(column).valid
            return found if valid is None else found.where(valid)

        return Narrowing(runs, self._by)

    def take(self, positions: NDArray[np.int64]) -> Narrowing:
        """Return the narrowing for the parents at these positions."""
        return Narrowing(lambda: self._runs().take(positions), self._by)

    def reasons(self, empty: NDArray[np.int64]) -> list[list[EmptyReason]]:
        """Return for some parents the conditions of which dropping one alone would select runs.

        Args:
            empty: The positions of parents without a run that matches all conditions.
        """
        runs = self._runs().take(empty)
        conditions = list(dict.fromkeys(each for where, stability in self._by for each in _given(where, stability)))
        conditions = [each for each in conditions if _applies(each[1], runs.child)]
        parent_of = runs.parents()
        # A run that fails exactly one condition is selected when that condition is dropped.
        failures = np.zeros(len(runs.indices), np.int64)
        failed = np.zeros(len(runs.indices), np.int64)
        for number, (_, condition) in enumerate(conditions):
            fails = ~evaluate(condition, runs.child).take(runs.indices)
            failures += fails
            failed[fails] = number
        alone = failures == 1
        places = parent_of[alone] * len(conditions) + failed[alone]
        counts = np.bincount(places, minlength=len(empty) * len(conditions)).reshape(len(empty), len(conditions))
        return [
            [
                EmptyReason(argument, _text(argument, condition), count)
                for (argument, condition), count in zip(conditions, of_parent, strict=True)
                if count
            ]
            for of_parent in counts.tolist()
        ]


def _given(where: Filter | None, stability: Stability) -> Iterator[tuple[str, Condition]]:
    """Yield the conjoined conditions, each with its argument."""
    if where is not None:
        yield from _parts(where.condition)
    if stability.name != "ANY":
        yield "stability", Compare("is_stable", "eq", stability.name == "STABLE")


def _parts(where: Condition) -> Iterator[tuple[str, Condition]]:
    match where:
        case All(parts):
            for part in parts:
                yield from _parts(part)
        case Compare(column, operator):
            yield f"{graph_name(column)}.{operator}", where
        case AnyOf():
            yield "or", where
        case Not():
            yield "not", where


def _applies(condition: Condition, table: Table) -> bool:
    """Return whether a table has the condition's column: diffusion runs have no stability."""
    return not isinstance(condition, Compare) or condition.column in table.columns


def _text(argument: str, condition: Condition) -> str:
    match condition:
        case Compare("is_stable", _, value) if argument == "stability":
            return f"stability: {'STABLE' if value else 'UNSTABLE'}"
        case Compare(_, _, value):
            return clipped(f"{argument}: {_literal(value)}")
        case _:
            return clipped(_spelled(condition))


def _spelled(condition: Condition) -> str:
    """Return the members of an input object that states a condition."""
    match condition:
        case Compare(column, operator, value):
            return f"{graph_name(column)}: {{{operator}: {_literal(value)}}}"
        case All(parts):
            return ", ".join(map(_spelled, parts))
        case AnyOf(parts):
            return f"or: [{', '.join(f'{{{_spelled(part)}}}' for part in parts)}]"
        case Not(part):
            return f"not: {{{_spelled(part)}}}"


def _literal(value: Any) -> str:  # noqa: ANN401 - any value of a filter
    """Return a value as a GraphQL literal."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_literal, value))}]"
    return json.dumps(value, ensure_ascii=False)
