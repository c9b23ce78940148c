"""Warnings for filter values that match no run: unknown values, and values that only runs of another kind have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resolvers.answer_warnings import OtherRunsValue, UnknownValue
from resolvers.filters import EXACT, MEASURED, comparisons
from resolvers.misleading import misleading_comparisons
from tables.catalogue import graph_name
from tables.conditions import Compare, evaluate
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from resolvers.answer_warnings import AnswerWarning
    from resolvers.filters import Filter
    from tables.conditions import Condition
    from tables.dataset import Dataset
    from tables.run_kinds import RunKind
    from tables.table import Table


def other_kinds(dataset: Dataset, kind: str) -> Iterator[tuple[RunKind, Table]]:
    """Yield the other kinds of run with their tables."""
    for name, other in RUN_KINDS.items():
        if name != kind:
            yield other, dataset.runs[name]


def select_in_runs(dataset: Dataset, kind: str, where: Filter) -> tuple[NDArray[np.bool_], tuple[AnswerWarning, ...]]:
    """Return the mask of the runs of a kind that match a filter, and its warnings.

    There is one for each value that no such run has, and for each comparison that may select unintended runs.

    Raises:
        BadUserInput: The filter has a null operand or names an unknown value.
        QueryTooComplex: A list of the filter is too long.
    """
    runs = dataset.runs[kind]
    compiled = where.compiled
    if compiled.is_plain and compiled.mask:  # nothing to check, and no value to warn of
        return compiled.mask(where.variables, runs), ()
    known = where.check(runs, dataset.vocabularies)
    mask = where.mask(runs)
    misleading = tuple(misleading_comparisons(runs, where.condition)) if compiled.may_mislead else ()
    # Looking for numbers and parts of texts takes a pass over each other table: only if the answer is empty.
    if known and (not where.selects_by(runs, dataset.runs.values()) or mask.any()):
        return mask, misleading
    return mask, (*_unmatched_in_runs(dataset, kind, where.condition, mask), *misleading)


def _unmatched_in_runs(
    dataset: Dataset, kind: str, where: Condition, mask: NDArray[np.bool_]
) -> Iterator[AnswerWarning]:
    runs = dataset.runs[kind]
    for compare, selects in comparisons(where):
        column = compare.column
        if column in runs.texts and compare.operator in EXACT:
            yield from _unmatched_texts(dataset, kind, compare, selects=selects)
        elif selects and column not in MEASURED and compare.operator != "isNull" and not mask.any():
            yield from _only_elsewhere(dataset, kind, compare)


def _unmatched_texts(dataset: Dataset, kind: str, compare: Compare, *, selects: bool) -> Iterator[AnswerWarning]:
    column = compare.column
    for value in _values(compare):
        if dataset.runs[kind].has_text(column, value):
            continue
        others = [
            other
            for other, table in other_kinds(dataset, kind)
            if column in table.texts and table.has_text(column, value)
        ]
        if not others:
            yield from _unknown(dataset, compare, value)
        elif selects:  # excluding a value that no run has is not an error
            yield OtherRunsValue(_argument(compare), value, others[0].root_field)


def _only_elsewhere(dataset: Dataset, kind: str, compare: Compare) -> Iterator[AnswerWarning]:
    for value in _values(compare):
        single = Compare(compare.column, "eq" if compare.operator in EXACT else compare.operator, value)
        if evaluate(single, dataset.runs[kind]).any():
            continue
        for other, table in other_kinds(dataset, kind):
            if compare.column in table.columns and evaluate(single, table).any():
                yield OtherRunsValue(_argument(compare), value, other.root_field)


def unmatched_in_models(dataset: Dataset, where: Condition) -> Iterator[AnswerWarning]:
    """Yield a warning for each value of a filter that no model has."""
    for compare, _ in comparisons(where):
        if compare.column in dataset.models.texts and compare.operator in EXACT:
            for value in _values(compare):
                if not dataset.models.has_text(compare.column, value):
                    yield from _unknown(dataset, compare, value)


def _values(compare: Compare) -> tuple[Any, ...]:
    return compare.value if isinstance(compare.value, tuple) else (compare.value,)


def _unknown(dataset: Dataset, compare: Compare, value: str) -> Iterator[UnknownValue]:
    known = dataset.names.get(compare.column)
    if known is not None and value not in known:
        yield UnknownValue(_argument(compare), value, known)


def _argument(compare: Compare) -> str:
    return f"{graph_name(compare.column)}.{compare.operator}"
