"""JSON texts of cells are those that orjson writes for each cell."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import QueryTooComplex
from execution.ceilings import Ceilings
from writers import cells as module
from writers.cells import array_texts, cell_texts

_TEXTS = st.text(st.sampled_from('",\\ab \n\x00é\u2028[]')) | st.text(st.characters(exclude_categories=["Cs"]))
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)
_WHOLE = st.integers(-(2**63), 2**63 - 1)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (pa.string(), _TEXTS),
        (pa.float64(), _FLOATS),
        (pa.int64(), _WHOLE),
        (pa.uint64(), st.integers(0, 2**64 - 1)),
        (pa.int8(), st.integers(-128, 127)),
        (pa.float32(), st.floats(width=32, allow_nan=False, allow_infinity=False)),
        (pa.bool_(), st.booleans()),
        (pa.list_(pa.float64()), st.lists(_FLOATS | st.none(), max_size=3)),
        (pa.list_(pa.int64()), st.lists(_WHOLE | st.none(), max_size=3)),
        (pa.list_(pa.int32()), st.lists(st.integers(-(2**31), 2**31 - 1), max_size=3)),
        (pa.list_(pa.float32()), st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), max_size=3)),
        (pa.list_(pa.bool_()), st.lists(st.booleans() | st.none(), max_size=3)),
        (pa.list_(pa.string()), st.lists(_TEXTS, max_size=3)),
    ],
    ids=str,
)
def test_each_cell_is_written_as_orjson_writes_it(kind: Any, cells: st.SearchStrategy[Any]) -> None:  # noqa: ANN401
    """With quotation marks, commas and separators in texts; with and without nulls; also a slice of an array."""

    @given(st.lists(cells | st.none(), max_size=6), st.integers(0, 6), st.integers(0, 6))
    def check(values: list[Any], start: int, length: int) -> None:
        array = pa.array(values, kind)
        texts = [orjson.dumps(value) for value in values]
        assert cell_texts(array) == array_texts(array, Ceilings()) == texts
        assert cell_texts(array.slice(start, length)) == texts[start : start + length]

    check()


def test_non_finite_floats_are_null() -> None:
    """As cells and in lists."""
    assert cell_texts(pa.array([1.5, float("nan"), float("-inf")])) == [b"1.5", b"null", b"null"]
    assert cell_texts(pa.array([[float("inf")], None])) == [b"[null]", b"null"]
    assert cell_texts(pa.array([[float("nan"), 2.5]])) == [b"[null,2.5]"]


def test_a_null_list_may_have_values_behind_it() -> None:
    """Arrow leaves the values of a null list in place."""
    lists = pa.ListArray.from_arrays([0, 2, 3], [1.5, 2.5, 3.5], mask=pa.array([True, False]))
    assert cell_texts(lists) == [b"null", b"[3.5]"]


def test_lists_are_counted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is too long is refused after the part that exceeds its length."""
    monkeypatch.setattr(module, "_VALUES_AT_ONCE", 4)
    lists = pa.array([[10, 20], [30, 40], [50, 60], [70, 80]])
    assert array_texts(lists, Ceilings()) == [b"[10,20]", b"[30,40]", b"[50,60]", b"[70,80]"]
    with pytest.raises(QueryTooComplex) as refused:
        array_texts(lists, Ceilings(max_answer_bytes=10))
    assert refused.value.extensions["requested"] == len(b"[10,20][30,40]")
