"""Conditions against one comparison per cell: few and many distinct texts, few and many values, missing cells."""

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


@given(cells=texts, value=st.sampled_from([*_WORDS, "none of them", "ss", "WORD 1"]))
def test_texts_are_compared_with_one(cells: list[str | None], value: str) -> None:
    """Equality minds the case, a search does not; a missing cell satisfies none of them."""
    table = table_of(cells, pa.string())
    there = [(cell is not None, cell or "") for cell in cells]
    assert found(table, "eq", value) == [known and cell == value for known, cell in there]
    assert found(table, "neq", value) == [known and cell != value for known, cell in there]
    folded = value.casefold()
    assert found(table, "contains", value) == [known and folded in cell.casefold() for known, cell in there]
    assert found(table, "startsWith", value) == [known and cell.casefold().startswith(folded) for known, cell in there]


@given(cells=texts, values=some)
def test_texts_are_compared_with_several(cells: list[str | None], values: tuple[str, ...]) -> None:
    """None, a few or many; a missing cell is in no list and out of none."""
    table = table_of(cells, pa.string())
    assert found(table, "in", values) == [cell is not None and cell in values for cell in cells]
    assert found(table, "notIn", values) == [cell is not None and cell not in values for cell in cells]


@given(cells=numbers, values=st.lists(st.integers(-3, 15), max_size=12).map(tuple))
def test_numbers_are_compared_with_several(cells: list[int | None], values: tuple[int, ...]) -> None:
    """As texts are."""
    table = table_of(cells, pa.int64())
    assert found(table, "in", values) == [cell is not None and cell in values for cell in cells]
    assert found(table, "notIn", values) == [cell is not None and cell not in values for cell in cells]


@given(rows=st.integers(0, 12), asked=st.lists(st.integers(0, 15), max_size=12))
def test_keys_are_compared_with_several(rows: int, asked: list[int]) -> None:
    """A key is looked up; one that no row has, or that is asked for twice, changes nothing."""
    table = table_of([None] * rows, pa.string())
    values = tuple(f"key {number}" for number in asked)
    assert found(table, "in", values, "id") == [row in asked for row in range(rows)]
    assert found(table, "notIn", values, "id") == [row not in asked for row in range(rows)]


@pytest.mark.parametrize("operator", ["eq", "contains", "startsWith"])
def test_half_of_a_surrogate_pair_is_in_no_text(operator: str) -> None:
    """What is no text of Unicode is asked for in vain, not refused."""
    assert found(table_of(["a", None], pa.string()), operator, "\ud83d") == [False, False]


@given(cells=texts, value=st.sampled_from([*_WORDS, "none of them"]))
def test_the_code_of_a_text_is_kept_or_searched_for(cells: list[str | None], value: str) -> None:
    """The same, or none, either way."""
    codes = table_of(cells, pa.string()).codes("cell")
    expected = codes.distinct.index(value) if value in codes.distinct else None
    assert codes.code_of(value) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tables.table._MAX_DICT_TEXTS", -1)
        assert codes.code_of(value) == expected
