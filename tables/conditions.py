"""Filters over a table: a tree of conditions in, one boolean per row out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import ge, gt, iand, ior, le, lt
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from tables.table import Table

    # From the values of a request's variables to the operand of a comparison.
    Operand: TypeAlias = Callable[[Mapping[str, Any]], Any]
    # From these and a table to one boolean per row.
    Mask: TypeAlias = Callable[[Mapping[str, Any], Table], NDArray[np.bool_]]
    # From a table, a column and an operand to the same.
    Satisfies: TypeAlias = Callable[[Table, str, Any], NDArray[np.bool_]]

Operator = Literal["eq", "neq", "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "isNull"]

# Operators with a tuple of values for an operand.
LISTS: frozenset[Operator] = frozenset({"in", "notIn"})

# So many passes over an array take as long as looking each element up.
_FEW = 8


@dataclass(frozen=True, slots=True)
class Compare:
    """One column against one value.

    A missing cell satisfies nothing but `isNull: true`; so `neq` and `notIn` select only cells that are there.

    Args:
        column: The column's name.
        operator: The comparison, named as in the graph.
        value: A scalar; a tuple for `in` and `notIn`; a boolean for `isNull`. In a filter of a document, whatever
            stands for it until the variables are known.
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


def evaluate(condition: Condition, table: Table) -> NDArray[np.bool_]:
    """Return for each row of the table whether it satisfies a condition whose operands are values."""
    return compile_mask(condition, lambda compare: lambda _variables: compare.value)({}, table)


def compile_mask(condition: Condition, operand: Callable[[Compare], Operand]) -> Mask:
    """Return a function from a request's variables and a table to one boolean per row, in an array of its own.

    Args:
        condition: The condition.
        operand: Returns the function that reads a comparison's operand, given the variables.
    """
    match condition:
        case Compare(column, operator):
            satisfies, read = _OPERATORS[operator], operand(condition)
            return lambda variables, table: satisfies(table, column, read(variables))
        case All(of):
            return _joined([compile_mask(part, operand) for part in of], iand, np.ones)
        case AnyOf(of):
            return _joined([compile_mask(part, operand) for part in of], ior, np.zeros)
        case Not(of):
            negated = compile_mask(of, operand)
            return lambda variables, table: ~negated(variables, table)


def _joined(parts: Sequence[Mask], join: Callable[[Any, Any], Any], empty: Callable[..., NDArray[np.bool_]]) -> Mask:
    """Return the mask that joins those of the parts, in place."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return lambda _variables, table: empty(table.num_rows, np.bool_)
    first, *others = parts

    def mask(variables: Mapping[str, Any], table: Table) -> NDArray[np.bool_]:
        joined = first(variables, table)
        for part in others:
            joined = join(joined, part(variables, table))
        return joined

    return mask


def _in(table: Table, column: str, wanted: Sequence[Any]) -> NDArray[np.bool_]:
    if column in table.texts:
        return _text_among(table, column, wanted)
    values = table.values(column)
    found = _among(values.array, wanted)
    return found if values.valid is None else found & values.valid


def _not_in(table: Table, column: str, wanted: Sequence[Any]) -> NDArray[np.bool_]:
    found = _in(table, column, wanted)
    if table.columns[column].null_count:
        found |= _is_null(table, column, wanted=True)
    return np.logical_not(found, out=found)


def _is_null(table: Table, column: str, wanted: bool) -> NDArray[np.bool_]:  # noqa: FBT001 - the operand of `isNull`
    present = table.codes(column).array >= 0 if column in table.texts else table.values(column).valid
    if present is None:
        return np.full(table.num_rows, not wanted)
    return ~present if wanted else present.copy()


def _bounded(compare: Callable[[Any, Any], Any]) -> Satisfies:
    def satisfies(table: Table, column: str, bound: float) -> NDArray[np.bool_]:
        values = table.values(column)
        found: NDArray[np.bool_] = compare(values.array, bound)
        return found if values.valid is None else found & values.valid

    return satisfies


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


def _matching(match: Callable[..., Any], table: Table, column: str, text: str) -> NDArray[np.bool_]:
    """Return which rows have a text that matches: each distinct text is compared once."""
    codes = table.codes(column)
    try:
        matches = match(codes.folded, text.casefold()).to_numpy(zero_copy_only=False)
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


_OPERATORS: dict[Operator, Satisfies] = {
    "eq": lambda table, column, value: _in(table, column, (value,)),
    "neq": lambda table, column, value: _not_in(table, column, (value,)),
    "in": _in,
    "notIn": _not_in,
    "lt": _bounded(lt),
    "lte": _bounded(le),
    "gt": _bounded(gt),
    "gte": _bounded(ge),
    "contains": partial(_matching, pc.match_substring),
    "startsWith": partial(_matching, pc.starts_with),
    "isNull": _is_null,
}
