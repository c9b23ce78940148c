"""Sorting, duplicates and lookup of texts by integers made of their bytes, against Python's own text operations."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tables.keys import RowsOfKeys, first_repeat, sorted_rows

# A small alphabet, so that texts share their first eight bytes, or differ by a NUL or within a multi-byte character.
texts = st.lists(st.text(alphabet="a\0é𝄞b", max_size=12) | st.sampled_from(["aaaaaaaa", "aaaaaaaab", "", "aaaaaaaa\0"]))


def column(values: list[str], skipped: int) -> pa.Array[pa.StringScalar]:
    """Return a string array that starts at an offset in its buffers."""
    return pa.array(["skipped"] * skipped + values, pa.string()).slice(skipped)


def lookups_by_dict_and_by_search(keys: pa.Array[pa.StringScalar]) -> list[RowsOfKeys]:
    """Return the lookups of these keys as for a short and as for a long table."""
    by_dict = RowsOfKeys(keys, sorted_rows(keys))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tables.keys._MAX_DICT_KEYS", -1)
        return [by_dict, RowsOfKeys(keys, sorted_rows(keys))]


@given(values=texts, skipped=st.integers(0, 2))
def test_rows_are_in_code_point_order(values: list[str], skipped: int) -> None:
    """Also for texts with equal beginnings, and for a slice of another array."""
    rows = sorted_rows(column(values, skipped)).tolist()
    assert sorted(rows) == list(range(len(values)))
    assert [values[row] for row in rows] == sorted(values)


@given(values=texts, skipped=st.integers(0, 2))
def test_the_first_repeat_is_found(values: list[str], skipped: int) -> None:
    """It is the first row whose text an earlier row has; texts that differ in one byte are not repeats."""
    repeats = [row for row, value in enumerate(values) if value in values[:row]]
    assert first_repeat(column(values, skipped)) == (repeats[0] if repeats else None)


@given(values=texts.map(lambda values: list(dict.fromkeys(values))), key=st.text(alphabet="a\0é𝄞b", max_size=12))
def test_a_key_is_looked_up(values: list[str], key: str) -> None:
    """Each key has its row, and an unknown key has none."""
    keys = column(values, 1)
    for row_of in lookups_by_dict_and_by_search(keys):
        assert [row_of.get(value) for value in values] == list(range(len(values)))
        assert row_of.get(key) == (values.index(key) if key in values else None)


@given(values=texts.map(lambda values: list(dict.fromkeys(values))), wanted=texts, repeats=st.sampled_from([1, 30]))
def test_several_keys_are_looked_up_at_once(values: list[str], wanted: list[str], repeats: int) -> None:
    """The result is the same for few keys and for many, relative to the number of rows."""
    rows = [*values, *(f"row {row}" for row in range(60))] if repeats == 1 else values
    keys = column(rows, 1)
    wanted = wanted[:2] if repeats == 1 else wanted * repeats
    expected = [rows.index(key) if key in rows else -1 for key in wanted]
    for row_of in lookups_by_dict_and_by_search(keys):
        found = row_of.find(wanted)
        assert found.dtype == np.int64
        assert found.tolist() == expected


def test_the_last_text_of_a_buffer_is_sorted() -> None:
    """It is not read beyond its end."""
    values = ["b" * 7, "b" * 9, "a" * 30, "b" * 8]
    assert sorted_rows(pa.array(values)).tolist() == np.argsort(np.array(values)).tolist()
