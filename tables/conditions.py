"""Filters over a table: a tree of conditions in, one boolean per row out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from tables.table import Codes, Table

Operator = Literal["eq", "neq", "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "isNull"]

# So many passes over an array take as long as looking each element up.
_FEW = 8


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
        case All((first, *others)):
            mask = evaluate(first, table)
            for part in others:
                mask &= evaluate(part, table)
            return mask
        case All():
            return np.ones(table.num_rows, np.bool_)
        case AnyOf(of):
            mask = np.zeros(table.num_rows, np.bool_)
            for part in of:
                mask |= evaluate(part, table)
            return mask
        case Not(of):
            return ~evaluate(of, table)


def _compare(compare: Compare, table: Table) -> NDArray[np.bool_]:
    column, operator, value = compare.column, compare.operator, compare.value
    is_text = column in table.texts
    if operator == "isNull":
        missing = _missing(table, column, is_text=is_text)
        return missing if value else ~missing
    if operator in {"contains", "startsWith"}:
        return _matching(table.codes(column), operator, value.casefold())
    if operator in _NUMBER:
        result = _NUMBER[operator](table.values(column).array, value)
    else:
        wanted = value if operator in {"in", "notIn"} else (value,)
        result = _text_among(table, column, wanted) if is_text else _among(table.values(column).array, wanted)
        if operator in {"neq", "notIn"}:
            np.logical_not(result, out=result)
        elif is_text:
            return result
    return result & ~_missing(table, column, is_text=is_text) if table.columns[column].null_count else result


def _missing(table: Table, column: str, *, is_text: bool) -> NDArray[np.bool_]:
    if is_text:
        codes = table.codes(column)
        return codes.array < 0 if codes.has_missing else np.zeros(table.num_rows, np.bool_)
    valid = table.values(column).valid
    return np.zeros(table.num_rows, np.bool_) if valid is None else ~valid


def _among(array: NDArray[Any], wanted: Sequence[Any]) -> NDArray[np.bool_]:
    """Return where an array has one of some numbers: a pass for each of a few is faster than looking up."""
    if len(wanted) > _FEW:
        return np.isin(array, list(wanted))
    if not wanted:
        return np.zeros(len(array), np.bool_)
    found: NDArray[np.bool_] = array == wanted[0]
    for number in wanted[1:]:
        found |= array == number
    return found


def _text_among(table: Table, column: str, wanted: Sequence[str]) -> NDArray[np.bool_]:
    """Return which rows have one of some texts; a key's row is known without a code for each."""
    if column == table.key:
        found = np.zeros(table.num_rows, np.bool_)
        found[[row for row in map(table.row_of.get, wanted) if row is not None]] = True
        return found
    codes = table.codes(column)
    return _among(codes.array, [code for code in map(codes.code_of, wanted) if code is not None])


def _matching(codes: Codes, operator: Literal["contains", "startsWith"], folded: str) -> NDArray[np.bool_]:
    """Return which rows have a text that matches: found out for each distinct text once."""
    try:
        match = pc.match_substring if operator == "contains" else pc.starts_with
        matches = match(codes.folded, folded).to_numpy(zero_copy_only=False)
    except UnicodeEncodeError:  # half of a surrogate pair is in no text
        return np.zeros(len(codes.array), np.bool_)
    matching = np.flatnonzero(matches)
    if len(matching) <= _FEW:
        return _among(codes.array, matching.tolist())
    if len(matching) == len(matches):
        return codes.array >= 0
    # The last element answers for the code -1 of a missing cell.
    satisfied: NDArray[np.bool_] = np.append(matches, np.False_).take(codes.array)
    return satisfied


_NUMBER: dict[str, Callable[[NDArray[Any], Any], NDArray[np.bool_]]] = {
    "lt": lambda array, value: array < value,
    "lte": lambda array, value: array <= value,
    "gt": lambda array, value: array > value,
    "gte": lambda array, value: array >= value,
}
