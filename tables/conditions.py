"""Conditions on the rows of a table, evaluated to one boolean per row."""

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

    # Maps the values of a request's variables to the operand of a comparison.
    Operand: TypeAlias = Callable[[Mapping[str, Any]], Any]
    # Maps the values of a request's variables and a table to one boolean per row.
    Mask: TypeAlias = Callable[[Mapping[str, Any], Table], NDArray[np.bool_]]
    # Maps a table, a column and an operand to one boolean per row.
    Comparison: TypeAlias = Callable[[Table, str, Any], NDArray[np.bool_]]

Operator = Literal["eq", "neq", "in", "notIn", "lt", "lte", "gt", "gte", "contains", "startsWith", "isNull"]

# Operators whose operand is a tuple of values.
LIST_OPERATORS: frozenset[Operator] = frozenset({"in", "notIn"})

# Comparing an array with this many values, one after another, takes as long as looking up each element.
_MAX_PASSES = 8


@dataclass(frozen=True, slots=True)
class Compare:
    """Comparison of a column with an operand.

    A null satisfies only `isNull: true`, so `neq` and `notIn` select no nulls.

    Args:
        column: Name of the column.
        operator: Comparison, named as in the graph.
        value: Scalar; tuple for `in` and `notIn`; boolean for `isNull`. In a filter of a document, a placeholder until
            the variables are known.
    """

    column: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class All:
    """Conjunction; without conditions it is true of every row."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Disjunction; without conditions it is false of every row."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    of: Condition


Condition = Compare | All | AnyOf | Not


def evaluate(condition: Condition, table: Table) -> NDArray[np.bool_]:
    """Return one boolean per row of the table for a condition whose operands are values."""
    return compile_mask(condition, lambda compare: lambda _variables: compare.value)({}, table)


def compile_mask(condition: Condition, operand: Callable[[Compare], Operand]) -> Mask:
    """Compile a condition to a function that returns one boolean per row, in a new array.

    Args:
        condition: The condition.
        operand: Returns the function that reads a comparison's operand from the values of the variables.
    """
    match condition:
        case Compare(column, operator):
            comparison, read = _OPERATORS[operator], operand(condition)
            return lambda variables, table: comparison(table, column, read(variables))
        case All(of):
            return _combined([compile_mask(part, operand) for part in of], iand, np.ones)
        case AnyOf(of):
            return _combined([compile_mask(part, operand) for part in of], ior, np.zeros)
        case Not(of):
            negated = compile_mask(of, operand)
            return lambda variables, table: ~negated(variables, table)


def _combined(
    parts: Sequence[Mask], combine: Callable[[Any, Any], Any], empty: Callable[..., NDArray[np.bool_]]
) -> Mask:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return lambda _variables, table: empty(table.num_rows, np.bool_)
    first, *others = parts

    def mask(variables: Mapping[str, Any], table: Table) -> NDArray[np.bool_]:
        combined = first(variables, table)
        for part in others:
            combined = combine(combined, part(variables, table))  # in place
        return combined

    return mask


def _in(table: Table, column: str, values: Sequence[Any]) -> NDArray[np.bool_]:
    if column in table.texts:
        return _text_in(table, column, values)
    cells = table.values(column)
    found = _number_in(cells.array, values)
    return found if cells.valid is None else found & cells.valid


def _not_in(table: Table, column: str, values: Sequence[Any]) -> NDArray[np.bool_]:
    found = _in(table, column, values)
    if table.columns[column].null_count:
        found |= _is_null(table, column, null=True)
    return np.logical_not(found, out=found)


def _is_null(table: Table, column: str, null: bool) -> NDArray[np.bool_]:  # noqa: FBT001 - the operand of `isNull`
    valid = table.codes(column).array >= 0 if column in table.texts else table.values(column).valid
    if valid is None:
        return np.full(table.num_rows, not null)
    return ~valid if null else valid.copy()


def _bounded(compare: Callable[[Any, Any], Any]) -> Comparison:
    def comparison(table: Table, column: str, bound: float) -> NDArray[np.bool_]:
        cells = table.values(column)
        found: NDArray[np.bool_] = compare(cells.array, bound)
        return found if cells.valid is None else found & cells.valid

    return comparison


def _text_in(table: Table, column: str, texts: Sequence[str]) -> NDArray[np.bool_]:
    if column == table.key:  # the rows of keys are known without codes
        found = np.zeros(table.num_rows, np.bool_)
        found[[row for row in map(table.row_of.get, texts) if row is not None]] = True
        return found
    codes = table.codes(column)
    return _number_in(codes.array, [code for code in map(codes.code_of, texts) if code is not None])


def _number_in(array: NDArray[Any], numbers: Sequence[Any]) -> NDArray[np.bool_]:
    if len(numbers) > _MAX_PASSES:
        return np.isin(array, list(numbers))
    if not numbers:
        return np.zeros(len(array), np.bool_)
    found: NDArray[np.bool_] = array == numbers[0]
    for number in numbers[1:]:
        found |= array == number
    return found


def _text_matches(match: Callable[..., Any], table: Table, column: str, text: str) -> NDArray[np.bool_]:
    """Match each distinct text once, ignoring case."""
    codes = table.codes(column)
    try:
        matches = match(codes.folded, text.casefold()).to_numpy(zero_copy_only=False)
    except UnicodeEncodeError:  # a lone surrogate occurs in no text
        return np.zeros(len(codes.array), np.bool_)
    matching = np.flatnonzero(matches)
    if len(matching) <= _MAX_PASSES:
        return _number_in(codes.array, matching.tolist())
    if len(matching) == len(matches):
        return codes.array >= 0
    # The code of a null is -1, the last element.
    found: NDArray[np.bool_] = np.append(matches, np.False_).take(codes.array)
    return found


_OPERATORS: dict[Operator, Comparison] = {
    "eq": lambda table, column, value: _in(table, column, (value,)),
    "neq": lambda table, column, value: _not_in(table, column, (value,)),
    "in": _in,
    "notIn": _not_in,
    "lt": _bounded(lt),
    "lte": _bounded(le),
    "gt": _bounded(gt),
    "gte": _bounded(ge),
    "contains": partial(_text_matches, pc.match_substring),
    "startsWith": partial(_text_matches, pc.starts_with),
    "isNull": _is_null,
}
