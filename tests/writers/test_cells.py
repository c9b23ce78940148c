"""JSON texts of cells are those that orjson writes for each cell."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from writers.cells import cell_texts

_TEXTS = st.text(st.sampled_from('",\\ab \n\x00é\u2028[]')) | st.text(st.characters(exclude_categories=["Cs"]))
_FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        (pa.string(), _TEXTS),
        (pa.float64(), _FLOATS),
        (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
        (pa.bool_(), st.booleans()),
        (pa.list_(pa.float64()), st.lists(_FLOATS, max_size=3)),
        (pa.list_(pa.string()), st.lists(_TEXTS, max_size=3)),
    ],
    ids=str,
)
def test_each_cell_is_written_as_orjson_writes_it(kind: Any, cells: st.SearchStrategy[Any]) -> None:  # noqa: ANN401
    """With quotation marks, commas and separators in texts; with and without nulls."""

    @given(st.lists(cells | st.none(), max_size=6))
    def check(values: list[Any]) -> None:
        assert cell_texts(pa.array(values, kind)) == [orjson.dumps(value) for value in values]

    check()


def test_non_finite_floats_are_null() -> None:
    """As cells and in lists."""
    assert cell_texts(pa.array([1.5, float("nan"), float("-inf")])) == [b"1.5", b"null", b"null"]
    assert cell_texts(pa.array([[float("inf")], None])) == [b"[null]", b"null"]
