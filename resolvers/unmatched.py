"""Values in a filter that select nothing: mistyped ones, and those that only runs of the other kind have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resolvers.answer_warnings import OtherRunsValue, UnknownValue
from tables.catalogue import COLUMNS, DERIVED_COLUMNS, ColumnKind, graph_name
from tables.conditions import All, AnyOf, Compare, Not, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from resolvers.answer_warnings import AnswerWarning
    from tables.conditions import Condition
    from tables.dataset import Dataset, RunKind
    from tables.table import Table

ROOT_FIELDS: dict[RunKind, str] = {"llm": "llmRuns", "diffusion": "diffusionRuns"}
OTHER_KIND: dict[RunKind, RunKind] = {"llm": "diffusion", "diffusion": "llm"}
_EXACT = frozenset({"eq", "neq", "in", "notIn"})
# A bound on a measurement that no run keeps is no mistake about the kind of run.
_MEASURED = {column.name for columns in COLUMNS.values() for column in columns if column.kind is ColumnKind.METRIC}
_MEASURED |= {column.name for columns in DERIVED_COLUMNS.values() for column in columns}
_EXCLUDING = frozenset({"neq", "notIn"})


def unmatched_in_runs(
    dataset: Dataset, kind: RunKind, where: Condition, mask: NDArray[np.bool_]
) -> Iterator[AnswerWarning]:
    """Yield a warning for each value of a filter that no run of a kind has.

    Args:
        dataset: The dataset.
        kind: The kind of run that is filtered.
        where: The filter.
        mask: Which runs of that kind it selects.
    """
    runs, others = dataset.runs[kind], dataset.runs[OTHER_KIND[kind]]
    for compare, selects in _comparisons(where):
        column, value = compare.column, compare.value
        if column in runs.texts and compare.operator in _EXACT:
            if isinstance(value, str) and _has(runs, column, value):  # nearly always
                continue
            yield from _unmatched_texts(dataset, kind, compare, selects=selects)
        # Numbers and parts of texts take a pass over the table each: only where the answer is empty.
        elif selects and column in others.columns and column not in _MEASURED and not mask.any():
            yield from _only_elsewhere(dataset, kind, compare)


def _unmatched_texts(dataset: Dataset, kind: RunKind, compare: Compare, *, selects: bool) -> Iterator[AnswerWarning]:
    runs, others, column = dataset.runs[kind], dataset.runs[OTHER_KIND[kind]], compare.column
    for value in _values(compare):
        if _has(runs, column, value):
            continue
        if column not in others.texts or not _has(others, column, value):
            yield from _unknown(dataset, compare, value)
        elif selects:  # to leave out what is not there is no mistake
            yield OtherRunsValue(_argument(compare), value, ROOT_FIELDS[OTHER_KIND[kind]])


def _only_elsewhere(dataset: Dataset, kind: RunKind, compare: Compare) -> Iterator[AnswerWarning]:
    runs, others = dataset.runs[kind], dataset.runs[OTHER_KIND[kind]]
    if compare.operator == "isNull":
        return
    for value in _values(compare):
        single = Compare(compare.column, "eq" if compare.operator in _EXACT else compare.operator, value)
        if not evaluate(single, runs).any() and evaluate(single, others).any():
            yield OtherRunsValue(_argument(compare), value, ROOT_FIELDS[OTHER_KIND[kind]])


def unmatched_in_models(dataset: Dataset, where: Condition) -> Iterator[AnswerWarning]:
    """Yield a warning for each value of a filter that no model has."""
    for compare, _ in _comparisons(where):
        if compare.column in dataset.models.texts and compare.operator in _EXACT:
            for value in _values(compare):
                if not _has(dataset.models, compare.column, value):
                    yield from _unknown(dataset, compare, value)


def _comparisons(where: Condition) -> list[tuple[Compare, bool]]:
    """Return each comparison, and whether rows are selected for satisfying it, not for failing it."""
    found: list[tuple[Compare, bool]] = []
    pending = [(where, True)]
    while pending:
        condition, selects = pending.pop()
        match condition:
            case Compare():
                found.append((condition, selects == (condition.operator not in _EXCLUDING)))
            case All() | AnyOf():
                pending += [(part, selects) for part in reversed(condition.of)]
            case Not():
                pending.append((condition.of, not selects))
    return found


def _values(compare: Compare) -> tuple[Any, ...]:
    return compare.value if isinstance(compare.value, tuple) else (compare.value,)


def _has(table: Table, column: str, value: str) -> bool:
    found = table.row_of.get(value) if column == table.key else table.codes(column).code_of(value)
    return found is not None


def _unknown(dataset: Dataset, compare: Compare, value: str) -> Iterator[UnknownValue]:
    known = dataset.names.get(compare.column)
    if known is not None and value not in known:
        yield UnknownValue(_argument(compare), value, known)


def _argument(compare: Compare) -> str:
    return f"{graph_name(compare.column)}.{compare.operator}"
