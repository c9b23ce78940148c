"""Conditions against one comparison per cell: few and many distinct texts, few and many values, and nulls."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tables.conditions import Compare, evaluate
from tables.table import Table

_WORDS = ["", "a", "A", "ab", "Straße", "STRASSE", "ﬁt", "x" * 20, *(f"word {number}" for number in range(12))]
texts = st.lists(st.none() | st.sampled_from(_WORDS), max_size=30)
numbers = st.lists(st.none() | st.integers(-2, 14), max_size=30)
some = st.lists(st.sampled_from(_WORDS), max_size=12).map(tuple)


def table_of(cells: list[Any], kind: pa.DataType) -> Table:
    """Return a table with one column of these cells, and a key."""
    keys = pa.array([f"key {row}" for row in range(len(cells))], pa.string())
    return Table("Row", {"id": keys, "cell": pa.array(cells, kind)}, key="id")


def found(table: Table, operator: Any, value: object, column: str = "cell") -> list[bool]:  # noqa: ANN401 - a literal
    """Return for each row whether it satisfies a comparison."""
    satisfied: list[bool] = evaluate(Compare(column, operator, value), table).tolist()
    return satisfied


@given(cells=texts, value=st.sampled_from([*_WORDS, "absent", "ss", "WORD 1"]))
def test_comparisons_with_one_text(cells: list[str | None], value: str) -> None:
    """Equality is case-sensitive, a search is not; a null satisfies neither."""
    table = table_of(cells, pa.string())
    valid = [(cell is not None, cell or "") for cell in cells]
    assert found(table, "eq", value) == [known and cell == value for known, cell in valid]
    assert found(table, "neq", value) == [known and cell != value for known, cell in valid]
    folded = value.casefold()
    assert found(table, "contains", value) == [known and folded in cell.casefold() for known, cell in valid]
    assert found(table, "startsWith", value) == [known and cell.casefold().startswith(folded) for known, cell in valid]


@given(cells=texts, values=some)
def test_comparisons_with_several_texts(cells: list[str | None], values: tuple[str, ...]) -> None:
    """No values, a few or many; a null satisfies neither `in` nor `notIn`."""
    table = table_of(cells, pa.string())
    assert found(table, "in", values) == [cell is not None and cell in values for cell in cells]
    assert found(table, "notIn", values) == [cell is not None and cell not in values for cell in cells]


@given(cells=numbers, values=st.lists(st.integers(-3, 15), max_size=12).map(tuple))
def test_comparisons_with_several_numbers(cells: list[int | None], values: tuple[int, ...]) -> None:
    """The same as for texts."""
    table = table_of(cells, pa.int64())
    assert found(table, "in", values) == [cell is not None and cell in values for cell in cells]
    assert found(table, "notIn", values) == [cell is not None and cell not in values for cell in cells]


@given(rows=st.integers(0, 12), wanted=st.lists(st.integers(0, 15), max_size=12))
def test_comparisons_with_several_keys(rows: int, wanted: list[int]) -> None:
    """Keys are looked up; unknown and repeated keys change nothing."""
    table = table_of([None] * rows, pa.string())
    values = tuple(f"key {number}" for number in wanted)
    assert found(table, "in", values, "id") == [row in wanted for row in range(rows)]
    assert found(table, "notIn", values, "id") == [row not in wanted for row in range(rows)]


@pytest.mark.parametrize("operator", ["eq", "contains", "startsWith"])
def test_a_lone_surrogate_matches_no_text(operator: str) -> None:
    """A value that is not valid Unicode matches nothing and is not an error."""
    assert found(table_of(["a", None], pa.string()), operator, "\ud83d") == [False, False]


@given(cells=texts, value=st.sampled_from([*_WORDS, "absent"]))
def test_the_code_of_a_text_is_the_same_by_dict_and_by_search(cells: list[str | None], value: str) -> None:
    """The code, or None for a text that no cell has."""
    codes = table_of(cells, pa.string()).codes("cell")
    expected = codes.distinct.index(value) if value in codes.distinct else None
    assert codes.code_of(value) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tables.table._MAX_DICT_TEXTS", -1)
        assert codes.code_of(value) == expected
