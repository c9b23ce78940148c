"""Orders against a comparison of single cells: several keys, directions, nulls and ties; and the cache of orders."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import permutations
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from caches import ByteCache
from tables.order import Order, OrderCache, OrderKey, file_order, key_order, order_by
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.table import Table

Row = dict[str, Any]

# Integers beyond a range of 16 bits and within it, because the latter are sorted by radix.
_INTS = (-(2**31), -3, 0, 1, 2, 2**31 - 1)
rows_of = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.none() | st.sampled_from(["", "a", "b", "é"]),
            "near": st.none() | st.integers(-3, 3),
            "far": st.none() | st.sampled_from(_INTS),
            "number": st.none() | st.sampled_from([-1.5, -0.0, 0.0, 5e-324, 1.5, 1.7e308]),
            "flag": st.none() | st.booleans(),
        }
    ),
    max_size=12,
)
keys_of = st.lists(
    st.builds(OrderKey, st.sampled_from(["text", "near", "far", "number", "flag"]), st.booleans(), st.booleans()),
    min_size=1,
    max_size=3,
)
_TYPES = {
    "text": pa.string(),
    "near": pa.int64(),
    "far": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}


def table_of(rows: list[Row], keys: list[int] | None = None) -> Table:
    """Return a table of these rows, with numbers of two digits as keys."""
    numbers = range(len(rows)) if keys is None else keys
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in _TYPES.items()}
    return Table("Row", {"id": pa.array([f"{number:02}" for number in numbers], pa.string()), **columns}, key="id")


def naive_order(rows: list[Row], ids: list[int], keys: list[OrderKey]) -> list[int]:
    """Return the rows in an order, comparing single cells."""

    def compare(left: int, right: int) -> int:
        for key in keys:
            one, other = rows[left][key.column], rows[right][key.column]
            if one is None or other is None:
                if one is not other:
                    return -1 if (one is None) == key.nulls_first else 1
            elif one != other:
                return -1 if (one < other) != key.descending else 1
        return ids[left] - ids[right]

    return sorted(range(len(rows)), key=cmp_to_key(compare))


@given(rows=rows_of, keys=keys_of, data=st.data())
def test_rows_are_ordered_by_every_key_and_ties_by_their_id(
    rows: list[Row], keys: list[OrderKey], data: st.DataObject
) -> None:
    """Directions and positions of nulls are respected, and the rank agrees with the order."""
    ids = data.draw(st.permutations(range(len(rows))))
    order = order_by(table_of(rows, list(ids)), keys)
    assert order.rows.tolist() == naive_order(rows, list(ids), keys)
    assert order.rank[order.rows].tolist() == list(range(len(rows)))


@given(
    rows=rows_of,
    keys=keys_of,
    walk=st.booleans(),
    step=st.integers(1, 5),
    data=st.data(),
)
def test_a_page_is_a_slice_of_the_filtered_order(
    rows: list[Row],
    keys: list[OrderKey],
    walk: bool,  # noqa: FBT001 - hypothesis fills it in by name
    step: int,
    data: st.DataObject,
) -> None:
    """For every filter and page, by walking and by sorting."""
    table = table_of(rows)
    mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    selected = Grouped.of_one(RowSet.whole(table)).where(np.array(mask, np.bool_))
    expected = [row for row in naive_order(rows, list(range(len(rows))), keys) if mask[row]]
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(expected))] * 2)))
    order = order_by(table, keys)
    assert selected.ordered(order, walk=walk).indices.tolist() == expected
    assert selected.page(order, start, stop, walk=walk, step=step).indices.tolist() == expected[start:stop]
    bounds = np.array([start], np.int64), np.array([stop], np.int64)
    assert selected.page(order, *bounds).indices.tolist() == expected[start:stop]


def test_rows_without_sort_keys_are_in_file_order() -> None:
    """The order of the file and the order by the table's key are also available."""
    table = table_of([dict.fromkeys(_TYPES)] * 3, [2, 0, 1])
    assert order_by(table, []) is file_order(table)
    assert file_order(table).rows.tolist() == [0, 1, 2]
    assert key_order(table).rows.tolist() == [1, 2, 0]


def test_orders_are_cached_until_they_are_evicted() -> None:
    """The orders requested last stay in the cache; an order that is sorted again is equal."""
    table = table_of([{"text": "a", "near": row % 3, "far": row, "number": None, "flag": row > 5} for row in range(9)])
    requested = [[OrderKey(name) for name in names] for names in permutations(_TYPES, 2)]
    for max_bytes, left in ((0, 0), (4_000, 2), (10**6, len(requested))):
        orders = OrderCache(ByteCache(max_bytes, largest_share=1))
        first = [orders.order_by(table, keys) for keys in requested]
        stayed = [
            orders.order_by(table, keys) is order
            for keys, order in zip(requested[-left:], first[-left:], strict=True)
            if left
        ]
        assert stayed == [True] * left
        again = orders.order_by(table, requested[0])
        assert (again is first[0]) == (left == len(requested))
        assert again.rows.tolist() == first[0].rows.tolist()


def test_orders_of_several_tables_share_one_bound() -> None:
    """Each table has its own orders; orders of request-scoped tables are not cached."""
    first, second = (table_of([dict.fromkeys(_TYPES)] * rows) for rows in (2, 3))
    cache: ByteCache[tuple[Table, tuple[OrderKey, ...]], Order] = ByteCache(10_000, largest_share=1)
    orders = OrderCache(cache)
    keys = [OrderKey("far")]
    assert [len(orders.order_by(table, keys).rows) for table in (first, second, first)] == [2, 3, 2]
    assert (len(cache), cache.hits) == (2, 1)
    request_scoped = Table("Row", first.columns, key="id", request_scoped=True)
    assert orders.order_by(request_scoped, keys).table is request_scoped
    assert len(cache) == 2
