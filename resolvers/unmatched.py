"""Values in a filter that select nothing: mistyped ones, and those that only runs of the other kind have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resolvers.answer_warnings import OtherRunsValue, UnknownValue
from resolvers.filters import EXACT, MEASURED, comparisons
from tables.catalogue import graph_name
from tables.conditions import Compare, evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from resolvers.answer_warnings import AnswerWarning
    from resolvers.filters import Filter
    from tables.conditions import Condition
    from tables.dataset import Dataset, RunKind

ROOT_FIELDS: dict[RunKind, str] = {"llm": "llmRuns", "diffusion": "diffusionRuns"}
OTHER_KIND: dict[RunKind, RunKind] = {"llm": "diffusion", "diffusion": "llm"}


def select_in_runs(
    dataset: Dataset, kind: RunKind, where: Filter
) -> tuple[NDArray[np.bool_], tuple[AnswerWarning, ...]]:
    """Return which runs of a kind a filter selects, and a warning for each of its values that no such run has.

    Raises:
        BadUserInput: The filter has a null operand or names an unknown value.
        QueryTooComplex: A list of the filter is too long.
    """
    runs = dataset.runs[kind]
    known = where.check(runs, dataset.vocabularies)
    mask = where.mask(runs)
    # Numbers and parts of texts take a pass over the other table each: only where the answer is empty.
    if known and (not where.selects_by(runs, dataset.runs[OTHER_KIND[kind]]) or mask.any()):
        return mask, ()
    return mask, tuple(_unmatched_in_runs(dataset, kind, where.condition, mask))


def _unmatched_in_runs(
    dataset: Dataset, kind: RunKind, where: Condition, mask: NDArray[np.bool_]
) -> Iterator[AnswerWarning]:
    runs, others = dataset.runs[kind], dataset.runs[OTHER_KIND[kind]]
    for compare, selects in comparisons(where):
        column = compare.column
        if column in runs.texts and compare.operator in EXACT:
            yield from _unmatched_texts(dataset, kind, compare, selects=selects)
        elif selects and column in others.columns and column not in MEASURED and not mask.any():
            yield from _only_elsewhere(dataset, kind, compare)


def _unmatched_texts(dataset: Dataset, kind: RunKind, compare: Compare, *, selects: bool) -> Iterator[AnswerWarning]:
    runs, others, column = dataset.runs[kind], dataset.runs[OTHER_KIND[kind]], compare.column
    for value in _values(compare):
        if runs.has_text(column, value):
            continue
        if column not in others.texts or not others.has_text(column, value):
            yield from _unknown(dataset, compare, value)
        elif selects:  # to leave out what is not there is no mistake
            yield OtherRunsValue(_argument(compare), value, ROOT_FIELDS[OTHER_KIND[kind]])


def _only_elsewhere(dataset: Dataset, kind: RunKind, compare: Compare) -> Iterator[AnswerWarning]:
    runs, others = dataset.runs[kind], dataset.runs[OTHER_KIND[kind]]
    if compare.operator == "isNull":
        return
    for value in _values(compare):
        single = Compare(compare.column, "eq" if compare.operator in EXACT else compare.operator, value)
        if not evaluate(single, runs).any() and evaluate(single, others).any():
            yield OtherRunsValue(_argument(compare), value, ROOT_FIELDS[OTHER_KIND[kind]])


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
