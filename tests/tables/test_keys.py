"""Texts sorted by numbers made of their bytes, against Python's own order of texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tables.keys import RowsOfKeys, repeated_rows, sorted_rows

# Of few letters, so that texts share their first eight bytes, or differ by a NUL or by bytes of several to a letter.
texts = st.lists(st.text(alphabet="a\0é𝄞b", max_size=12) | st.sampled_from(["aaaaaaaa", "aaaaaaaab", "", "aaaaaaaa\0"]))


def column(values: list[str], skipped: int) -> pa.Array[pa.StringScalar]:
    """Return a string array that begins inside its buffers."""
    return pa.array(["skipped"] * skipped + values, pa.string()).slice(skipped)


def rows_of_few_and_of_many(keys: pa.Array[pa.StringScalar]) -> list[RowsOfKeys]:
    """Return the rows of these keys as they are looked up where there are few, and where there are many."""
    few = RowsOfKeys(keys, sorted_rows(keys))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tables.keys._MAX_DICT_KEYS", -1)
        return [few, RowsOfKeys(keys, sorted_rows(keys))]


@given(values=texts, skipped=st.integers(0, 2))
def test_rows_are_in_code_point_order(values: list[str], skipped: int) -> None:
    """However alike the texts begin; an array that is a slice of another is sorted by its own."""
    rows = sorted_rows(column(values, skipped)).tolist()
    assert sorted(rows) == list(range(len(values)))
    assert [values[row] for row in rows] == sorted(values)


@given(values=texts, skipped=st.integers(0, 2))
def test_every_repeat_is_found_and_nothing_else(values: list[str], skipped: int) -> None:
    """The rows of a text that stands twice, all of them; texts that differ in one byte are no repeats."""
    expected = [row for row, value in enumerate(values) if values.count(value) > 1]
    assert repeated_rows(column(values, skipped)).tolist() == expected


@given(values=texts.map(lambda values: list(dict.fromkeys(values))), asked=st.text(alphabet="a\0é𝄞b", max_size=12))
def test_a_key_leads_to_its_row(values: list[str], asked: str) -> None:
    """Each to its own, and a key that no row has to none."""
    keys = column(values, 1)
    for row_of in rows_of_few_and_of_many(keys):
        assert [row_of.get(value) for value in values] == list(range(len(values)))
        assert row_of.get(asked) == (values.index(asked) if asked in values else None)


@given(values=texts.map(lambda values: list(dict.fromkeys(values))), asked=texts, repeats=st.sampled_from([1, 30]))
def test_many_keys_lead_to_their_rows(values: list[str], asked: list[str], repeats: int) -> None:
    """All at once, whether they are few beside the rows or many, as each does alone."""
    rows = [*values, *(f"row {row}" for row in range(60))] if repeats == 1 else values
    keys = column(rows, 1)
    expected = [rows.index(key) if key in rows else -1 for key in (asked[:2] if repeats == 1 else asked * repeats)]
    for row_of in rows_of_few_and_of_many(keys):
        found = row_of.find(asked[:2] if repeats == 1 else asked * repeats)
        assert found.dtype == np.int64
        assert found.tolist() == expected


def test_texts_sort_alike_whatever_lies_behind_them() -> None:
    """The last text of a buffer is read no further than it goes."""
    values = ["b" * 7, "b" * 9, "a" * 30, "b" * 8]
    assert sorted_rows(pa.array(values)).tolist() == np.argsort(np.array(values)).tolist()
