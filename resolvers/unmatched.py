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
    nothing = not mask.any()
    for compare, selects in _comparisons(where, selects=True):
        column = compare.column
        if column in runs.texts and compare.operator in _EXACT:
            for value in _values(compare):
                if _has(runs, column, value):
                    continue
                if column in others.texts and _has(others, column, value):
                    if selects:
                        yield OtherRunsValue(_argument(compare), value, ROOT_FIELDS[OTHER_KIND[kind]])
                else:
                    yield from _unknown(dataset, compare, value)
        # Numbers and parts of texts take a pass over the table each: only where the answer is empty.
        elif nothing and selects and compare.operator != "isNull" and column in others.columns.keys() - _MEASURED:
            for value in _values(compare):
                single = Compare(column, "eq" if compare.operator in _EXACT else compare.operator, value)
                if not evaluate(single, runs).any() and evaluate(single, others).any():
                    yield OtherRunsValue(_argument(compare), value, ROOT_FIELDS[OTHER_KIND[kind]])


def unmatched_in_models(dataset: Dataset, where: Condition) -> Iterator[AnswerWarning]:
    """Yield a warning for each value of a filter that no model has."""
    for compare, _ in _comparisons(where, selects=True):
        if compare.column in dataset.models.texts and compare.operator in _EXACT:
            for value in _values(compare):
                if not _has(dataset.models, compare.column, value):
                    yield from _unknown(dataset, compare, value)


def _comparisons(condition: Condition, *, selects: bool) -> Iterator[tuple[Compare, bool]]:
    """Yield each comparison, and whether rows are selected for satisfying it, not for failing it."""
    match condition:
        case Compare(_, operator):
            yield condition, selects == (operator not in _EXCLUDING)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _comparisons(part, selects=selects)
        case Not(part):
            yield from _comparisons(part, selects=not selects)


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
