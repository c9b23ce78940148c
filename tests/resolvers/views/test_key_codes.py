"""Splits by columns whose combined codes need 16, 32 or 64 bits, or do not fit, against Python dicts."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from resolvers.views.groups import split
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.table import Table

_ROWS = 1_200
_VALUES = 300  # per column: two columns have 90,601 combinations of codes, four have 8·10⁹, eight have 7·10¹⁹


@pytest.fixture(scope="module")
def table() -> Table:
    """Eight columns of random numbers and texts, with nulls; rows repeat."""
    random = np.random.default_rng(0)
    columns = {}
    for number in range(8):
        cells = [None if cell == 0 else int(cell) for cell in random.integers(0, _VALUES, _ROWS // 2)]
        texts = [None if cell is None else f"{cell:03}" for cell in cells]
        columns[f"column_{number}"] = pa.array((cells if number % 2 else texts) * 2)
    return Table("Row", {"id": pa.array(range(_ROWS)), **columns}, key="id")


@pytest.mark.parametrize("keys", [1, 2, 3, 4, 7, 8])
@pytest.mark.parametrize("parents", ["whole table", "one", "several", "none"])
def test_parts_have_equal_values_and_ascend(table: Table, keys: int, parents: str) -> None:
    """Each part has the rows of one combination in their order; the parts of a parent ascend by value, null last."""
    half = np.random.default_rng(1).permutation(_ROWS)[: _ROWS // 2]
    runs = {
        "whole table": Grouped.of_one(RowSet.whole(table)),
        "one": Grouped.of_one(RowSet(table, half)),
        "several": Grouped(table, np.array([0, 0, 200, 500, len(half)]), half),
        "none": Grouped(table, np.zeros(1, np.int64), half[:0]),
    }[parents]
    names = [f"column_{number}" for number in range(keys)]
    rows = list(zip(*(table.columns[name].to_pylist() for name in names), strict=True))
    offsets, groups = split(runs, names)

    expected_counts, expected = [0], []
    for start, stop in zip(runs.offsets[:-1], runs.offsets[1:], strict=True):
        of_key = defaultdict(list)
        for row in runs.indices[start:stop].tolist():
            of_key[rows[row]].append(row)
        expected += [of_key[key] for key in sorted(of_key, key=lambda key: [(cell is None, cell) for cell in key])]
        expected_counts.append(len(expected))
    bounds = groups.runs.offsets.tolist()
    assert offsets.tolist() == expected_counts
    assert [groups.runs.indices[start:stop].tolist() for start, stop in pairwise(bounds)] == expected
