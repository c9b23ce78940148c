"""Sorting within groups, group by group, by length or all at once, against Python's `sorted`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from resolvers.views.statistics import sorted_values
from tables.relations import Grouped
from tables.table import Table

values = st.none() | st.sampled_from([-1.5, 0.0, 5e-324, 1.0, 2.0, 1e300])


@given(
    groups=st.lists(st.lists(values, max_size=6), max_size=5),
    few=st.sampled_from((-1, 3, 100)),
    long=st.sampled_from((0, 1, 100)),
)
def test_values_ascend_within_each_group(groups: list[list[float | None]], few: int, long: int) -> None:
    """Nulls are dropped and empty groups remain, in the sort of long groups and in those of short ones."""
    cells = [value for group in groups for value in group]
    table = Table("Row", {"id": pa.array(range(len(cells))), "value": pa.array(cells, pa.float64())}, key="id")
    offsets = np.cumsum([0, *map(len, groups)], dtype=np.int64)
    found = sorted_values(Grouped(table, offsets, np.arange(len(cells))), "value", few=few, long=long)
    bounds = zip(found.offsets[:-1].tolist(), found.offsets[1:].tolist(), strict=True)
    assert [found.array[start:stop].tolist() for start, stop in bounds] == [
        sorted(value for value in group if value is not None) for group in groups
    ]
