"""Filters over a table: a tree of conditions in, one boolean per row out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tables.table import Codes, Table

Operator = Literal["eq", "neq", "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "isNull"]


@dataclass(frozen=True, slots=True)
class Compare:
    """One column against one value.

    A missing cell satisfies nothing but `isNull: true`; so `neq` and `notIn` select only cells that are there.

    Args:
        column: The column's name.
        operator: The comparison, named as in the graph.
        value: A scalar; a tuple for `in` and `notIn`; a boolean for `isNull`.
    """

    column: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these; true of any row where there are none."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these; true of no row where there are none."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The rows that the condition leaves out."""

    of: Condition


Condition = Compare | All | AnyOf | Not


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """Return the condition that both hold; None stands for one that every row satisfies."""
    if first is None or second is None:
        return first or second
    return All((first, second))


def evaluate(condition: Condition, table: Table) -> NDArray[np.bool_]:
    """Return for each row of the table whether it satisfies the condition."""
    match condition:
        case Compare():
            return _compare(condition, table)
        case All((only,)):
            return evaluate(only, table)
        case All(of):
            mask = np.ones(table.num_rows, np.bool_)
            for part in of:
                mask &= evaluate(part, table)
            return mask
        case AnyOf(of):
            mask = np.zeros(table.num_rows, np.bool_)
            for part in of:
                mask |= evaluate(part, table)
            return mask
        case Not(of):
            return ~evaluate(of, table)


def _compare(compare: Compare, table: Table) -> NDArray[np.bool_]:
    is_text = str(table.columns[compare.column].type) == "string"
    if compare.operator == "isNull":
        missing = _missing(table, compare.column, is_text=is_text)
        return missing if compare.value else ~missing
    if is_text:
        codes = table.codes(compare.column)
        satisfied = np.fromiter(
            (_TEXT[compare.operator](text, compare.value) for text in codes.distinct), np.bool_, len(codes.distinct)
        )
        # The last element answers for the code -1 of a missing cell.
        return np.append(satisfied, np.False_)[codes.array]
    values = table.values(compare.column)
    result = _NUMBER[compare.operator](values.array, compare.value)
    return result if values.valid is None else result & values.valid


def _missing(table: Table, column: str, *, is_text: bool) -> NDArray[np.bool_]:
    if is_text:
        codes: Codes = table.codes(column)
        missing: NDArray[np.bool_] = codes.array < 0
        return missing
    valid = table.values(column).valid
    return np.zeros(table.num_rows, np.bool_) if valid is None else ~valid


_TEXT: dict[str, Callable[[str, Any], bool]] = {
    "eq": lambda text, value: text == value,
    "neq": lambda text, value: text != value,
    "in": lambda text, values: text in values,
    "notIn": lambda text, values: text not in values,
    "contains": lambda text, value: value.casefold() in text.casefold(),
    "startsWith": lambda text, value: text.casefold().startswith(value.casefold()),
}
_NUMBER: dict[str, Callable[[NDArray[Any], Any], NDArray[np.bool_]]] = {
    "eq": lambda array, value: array == value,
    "neq": lambda array, value: array != value,
    "in": lambda array, values: np.isin(array, list(values)) if values else np.zeros(len(array), np.bool_),
    "notIn": lambda array, values: ~np.isin(array, list(values)) if values else np.ones(len(array), np.bool_),
    "lt": lambda array, value: array < value,
    "lte": lambda array, value: array <= value,
    "gt": lambda array, value: array > value,
    "gte": lambda array, value: array >= value,
}
