"""Warnings for comparisons that select other rows than they seem to: precisions by name, achieved batch sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolvers.answer_warnings import AchievedBatchSize, NameOfPrecision
from resolvers.filters import comparisons, may_mislead
from tables.catalogue import graph_name
from tables.conditions import Compare, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from resolvers.answer_warnings import AnswerWarning
    from tables.conditions import Condition
    from tables.table import Table

_PRECISION, _CAP = "weight_precision", "max_num_seqs"


def misleading_comparisons(table: Table, where: Condition) -> Iterator[AnswerWarning]:
    """Yield a warning for each comparison of a filter that leaves out rows which its user probably means."""
    for compare, selects in comparisons(where):
        if not may_mislead(compare):
            continue
        argument = f"{graph_name(compare.column)}.{compare.operator}"
        if isinstance(compare.value, str):
            if selects:
                yield from names_of_precisions(table, argument, compare.value, selected=compare)
        elif _CAP in table.columns:
            yield from _batch_sizes(table, argument, compare)


def names_of_precisions(table: Table, argument: str, text: str, *, selected: Compare) -> Iterator[NameOfPrecision]:
    """Yield a warning if a text that is searched in names is a precision which rows without it in their name have.

    Args:
        table: Runs or models.
        argument: The argument with the text.
        text: The text.
        selected: Comparison that selects the rows with the text in their name.
    """
    for precision in {each for each in table.columns[_PRECISION].unique().to_pylist() if each}:
        if text.strip().casefold() != precision.casefold():
            continue
        unnamed = int((evaluate(Compare(_PRECISION, "eq", precision), table) & ~evaluate(selected, table)).sum())
        if unnamed:
            yield NameOfPrecision(argument, text, precision, unnamed)


def _batch_sizes(table: Table, argument: str, compare: Compare) -> Iterator[AchievedBatchSize]:
    values = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    for value in values:
        configured = evaluate(Compare(_CAP, "eq", value), table)
        less = int((configured & evaluate(Compare(compare.column, "lt", value), table)).sum())
        if less:
            yield AchievedBatchSize(argument, value, less)
