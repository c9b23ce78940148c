"""Filters, compiled once per document and evaluated with the variables of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from errors import QueryTooComplex
from tables.catalogue import ColumnKind
from tables.conditions import LIST_OPERATORS, All, AnyOf, Compare, Not, compile_mask
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from tables.conditions import Condition, Operand
    from tables.table import Table
    from tables.vocabulary import Vocabulary

EXACT = frozenset({"eq", "neq", "in", "notIn"})
_EXCLUDING = frozenset({"neq", "notIn"})
# Comparisons by which users select precisions or configured batch sizes, with other rows as the result
# (`resolvers/misleading.py`).
_NAMES = frozenset({"nickname", "base_nickname", "model_id"})
_PARTS = frozenset({"contains", "startsWith"})
_BATCH_SIZES = frozenset({"eq", "in", "gte", "lt"})
# No warning about the other kinds of run for these: a bound that no run meets is an ordinary empty answer.
MEASURED = {column.name for kind in RUN_KINDS.values() for column in kind.columns if column.kind is ColumnKind.METRIC}
MEASURED |= {derived.column.name for kind in RUN_KINDS.values() for derived in kind.derived}


class CompiledFilter:
    """Filter of a document, for any variables and any table.

    Args:
        condition: Condition, with operands that `operand` can read; None for a filter that every request must refuse.
        operand: Returns the function that reads a comparison's operand from the variables.
        check: Returns the condition for given variables; raises `BadUserInput` for a value that is not in its
            vocabulary.

    Attributes:
        mask: Returns one boolean per row of a table; None for a filter that every request must refuse.
        may_mislead: Whether it has a comparison that may need a warning for the rows that it selects.
        is_plain: Whether it is valid for all variables, selects by measured figures only, and needs no warning.
    """

    __slots__ = ("check", "condition", "exact", "hash", "is_plain", "mask", "may_mislead", "selecting")

    def __init__(
        self,
        condition: Condition | None,
        operand: Callable[[Compare], Operand],
        check: Callable[[Mapping[str, Any], Mapping[str, Vocabulary]], Condition],
    ) -> None:
        self.condition = condition
        self.check = check
        self.hash = hash(condition)
        self.mask = None if condition is None else compile_mask(condition, operand)
        # Comparisons with whole values: column, operand, and whether the operand is a list.
        self.exact: list[tuple[str, Operand, bool]] = []
        # Comparisons that select the rows that satisfy them: column, and whether they compare whole values.
        self.selecting: list[tuple[str, bool]] = []
        self.may_mislead = False
        for compare, selects in () if condition is None else comparisons(condition):
            self.may_mislead |= may_mislead(compare)
            if compare.operator in EXACT:
                self.exact.append((compare.column, operand(compare), compare.operator in LIST_OPERATORS))
            if selects and compare.column not in MEASURED:
                self.selecting.append((compare.column, compare.operator in EXACT))
        self.is_plain = condition is not None and not (self.exact or self.selecting or self.may_mislead)


class Filter:
    """Filter with the variables of one request; equal to another filter of the request with the same condition.

    Args:
        compiled: Compiled filter.
        variables: Coerced values of the variables.
    """

    __slots__ = ("compiled", "variables")

    def __init__(self, compiled: CompiledFilter, variables: Mapping[str, Any]) -> None:
        self.compiled = compiled
        self.variables = variables

    @property
    def condition(self) -> Condition:
        """Condition with the operands' values; built on each access, because only views and messages need it."""
        return self.compiled.check(self.variables, {})

    def check(self, table: Table, vocabularies: Mapping[str, Vocabulary]) -> bool:
        """Refuse an invalid filter, and return whether the table has every text that the filter names.

        If it has, so have the vocabularies, which are built from all tables.

        Raises:
            BadUserInput: An operand is null, or a value is not in its vocabulary.
            QueryTooComplex: A list is too long.
        """
        known = self._is_known_to(table)
        if not known:
            self.compiled.check(self.variables, vocabularies)
        return known

    def mask(self, table: Table) -> NDArray[np.bool_]:
        """Return a new mask of the table's rows that match the filter."""
        mask = self.compiled.mask
        assert mask is not None  # noqa: S101 - for the type checker: `check` has refused the filter
        return mask(self.variables, table)

    def _is_known_to(self, table: Table) -> bool:
        if self.compiled.mask is None:
            return False
        for column, read, several in self.compiled.exact:
            if column not in table.texts:
                continue
            try:
                operand = read(self.variables)
            except QueryTooComplex:  # `check` reports the first error, which may be another one
                return False
            for text in operand if several else (operand,):
                if not table.has_text(column, text):
                    return False
        return True

    def selects_by(self, table: Table, tables: Iterable[Table]) -> bool:
        """Return whether the filter selects by a number or a part of a text that another of the tables may have."""
        for column, exact in self.compiled.selecting:
            if not (exact and column in table.texts):
                for other in tables:
                    if other is not table and column in other.columns:
                        return True
        return False

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Filter)
            and self.variables == other.variables
            and self.compiled.condition == other.compiled.condition
        )

    def __hash__(self) -> int:
        return self.compiled.hash


def may_mislead(compare: Compare) -> bool:
    """Return whether a comparison may need a warning for the rows that it selects."""
    if compare.column in _NAMES:
        return compare.operator in _PARTS
    return compare.column == "avg_batch_size" and compare.operator in _BATCH_SIZES


def comparisons(condition: Condition) -> list[tuple[Compare, bool]]:
    """Return each comparison, and whether it selects the rows that satisfy it rather than those that do not."""
    found: list[tuple[Compare, bool]] = []
    pending = [(condition, True)]
    while pending:
        part, selects = pending.pop()
        match part:
            case Compare():
                found.append((part, selects == (part.operator not in _EXCLUDING)))
            case All() | AnyOf():
                pending += [(each, selects) for each in reversed(part.of)]
            case Not():
                pending.append((part.of, not selects))
    return found
