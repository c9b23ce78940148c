"""Grouped rows against lists of lists, and every relation of a dataset against its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tables.dataset import PAIR_SIDES
from tables.order import Order
from tables.relations import Grouped, distinct, group_rows
from tables.row_set import RowSet
from tables.run_kinds import RUN_KINDS
from tables.table import Table
from tests.drawn_datasets import datasets

if TYPE_CHECKING:
    from tables.dataset import Dataset, Parent

lists = st.lists(st.lists(st.integers(0, 9), max_size=5), max_size=6)
CHILD = Table("Child", {"key": pa.array([str(row) for row in range(10)])}, key="key")


def grouped(children: list[list[int]]) -> Grouped:
    """Return plain lists of child rows as grouped rows."""
    bounds = np.cumsum([0, *map(len, children)], dtype=np.int64)
    return Grouped(CHILD, bounds, np.array([row for rows in children for row in rows], np.int64))


def plain(rows: Grouped) -> list[list[int]]:
    """Return grouped rows as plain lists."""
    assert rows.offsets[0] == 0
    assert rows.offsets[-1] == len(rows.indices)
    return [rows.indices[start:stop].tolist() for start, stop in zip(rows.offsets[:-1], rows.offsets[1:], strict=True)]


@given(children=lists, data=st.data())
def test_the_lists_of_some_parents_are_theirs(children: list[list[int]], data: st.DataObject) -> None:
    """Parents may repeat and come in any order; parents beyond the last have no children."""
    some = st.lists(st.integers(0, len(children) + 1), max_size=8)
    parents = data.draw(some | st.just(list(range(len(children)))))
    expected = [children[parent] if parent < len(children) else [] for parent in parents]
    assert plain(grouped(children).take(np.array(parents, np.int64))) == expected


@given(children=lists, selected=st.sets(st.integers(0, 9)))
def test_a_mask_selects_children_of_each_parent(children: list[list[int]], selected: set[int]) -> None:
    """The selected children stay under their parent, in the same order."""
    mask = np.array([row in selected for row in range(10)])
    assert plain(grouped(children).where(mask)) == [[row for row in rows if row in selected] for rows in children]


@given(
    children=st.lists(st.lists(st.integers(0, 9), max_size=5, unique=True), max_size=6),
    rows=st.permutations(range(10)),
    walk=st.sampled_from((None, True, False)),
)
def test_children_are_ordered_under_each_parent(
    children: list[list[int]],
    rows: list[int],
    walk: bool | None,  # noqa: FBT001 - hypothesis fills it in by name
) -> None:
    """Each list is ordered by itself, by walking and by sorting."""
    ordered = grouped(children).ordered(Order(CHILD, "drawn", (), np.array(rows, np.int64)), walk=walk)
    assert plain(ordered) == [sorted(own, key=rows.index) for own in children]


@given(
    children=st.lists(st.lists(st.integers(0, 9), max_size=8, unique=True), max_size=3),
    rows=st.permutations(range(10)),
    walk=st.sampled_from((None, True, False)),
    step=st.integers(1, 12),
    data=st.data(),
)
def test_a_page_is_a_slice_of_the_ordered_children(
    children: list[list[int]],
    rows: list[int],
    walk: bool | None,  # noqa: FBT001 - hypothesis fills it in by name
    step: int,
    data: st.DataObject,
) -> None:
    """The result is the same from either end of the order and for every length of the steps."""
    ordered = [sorted(own, key=rows.index) for own in children]
    bounds = [sorted(data.draw(st.tuples(*[st.integers(0, len(own))] * 2))) for own in ordered]
    of = grouped(children)
    starts, stops = (
        np.array([start + bound[side] for start, bound in zip(of.offsets, bounds, strict=False)], np.int64)
        for side in (0, 1)
    )
    order = Order(CHILD, "drawn", (), np.array(rows, np.int64))
    expected = [own[start:stop] for own, (start, stop) in zip(ordered, bounds, strict=True)]
    assert plain(of.page(order, starts, stops, walk=walk, step=step)) == expected
    if len(children) == 1:  # a single parent's bounds may be whole numbers
        assert plain(of.page(order, *bounds[0], walk=walk, step=step)) == expected
        assert plain(of.slices(*bounds[0])) == [children[0][slice(*bounds[0])]]


@given(selected=st.sets(st.integers(0, 9)))
def test_a_mask_selects_rows_of_the_whole_table(selected: set[int]) -> None:
    """The shortcut for all rows of a table has the same result."""
    mask = np.array([row in selected for row in range(10)])
    assert plain(Grouped.of_one(RowSet.whole(CHILD)).where(mask)) == [sorted(selected)]


@given(parent_of=st.lists(st.integers(0, 4), min_size=10, max_size=10))
def test_rows_are_grouped_by_their_parent(parent_of: list[int]) -> None:
    """Each parent has its rows in table order; parents without rows have an empty list."""
    rows = group_rows(CHILD, np.array(parent_of, np.int64), 6)
    assert plain(rows) == [[row for row in range(10) if parent_of[row] == parent] for parent in range(6)]


@given(numbers=st.lists(st.integers(0, 9), max_size=20), possible=st.sampled_from((10, 1_000)))
def test_distinct_numbers_are_found(numbers: list[int], possible: int) -> None:
    """By a mask for a small range of numbers, by sorting for a large one."""
    assert distinct(np.array(numbers, np.int64), possible).tolist() == sorted(set(numbers))


@given(dataset=datasets())
def test_every_run_is_under_its_own_model_gpu_and_task(dataset: Dataset) -> None:
    """The relations from parents to runs and from runs to parents agree, and contain every run."""
    columns: dict[Parent, tuple[Table, str]] = {
        "Model": (dataset.models, "model_id"),
        "GPU": (dataset.gpus, "gpu_model"),
        "Task": (dataset.tasks, "task"),
    }
    for kind in RUN_KINDS:
        for parent, (table, column) in columns.items():
            keys = table.columns[table.key].to_pylist()
            values = dataset.runs[kind].columns[column].to_pylist()
            assert plain(dataset.run_children[parent, kind]) == [
                [row for row, value in enumerate(values) if value == key] for key in keys
            ]
            assert [keys[row] for row in dataset.run_parents[kind, parent]] == values


@given(dataset=datasets())
def test_every_pair_of_entities_that_were_measured_together_has_its_runs(dataset: Dataset) -> None:
    """From both sides, pairs and entities of the other side are those of the runs, in table order."""
    tables = {"Model": dataset.models, "GPU": dataset.gpus, "Task": dataset.tasks}
    columns = {"Model": "model_id", "GPU": "gpu_model", "Task": "task"}
    for pair, (left, right) in PAIR_SIDES.items():
        for own, other in ((left, right), (right, left)):
            runs_of: dict[tuple[str, str], dict[str, list[int]]] = {}
            for kind in RUN_KINDS:
                sides = (dataset.runs[kind].columns[columns[each]].to_pylist() for each in (own, other))
                for row, keys in enumerate(zip(*sides, strict=True)):
                    runs_of.setdefault(keys, {"llm": [], "diffusion": []})[kind].append(row)
            own_keys, other_keys = (tables[each].columns[tables[each].key].to_pylist() for each in (own, other))
            expected = [[name for name in other_keys if (key, name) in runs_of] for key in own_keys]
            pairs, sides_of_pairs = dataset.entities[own, pair], dataset.entities[pair, other]
            assert [[other_keys[row] for row in rows] for rows in plain(dataset.entities[own, other])] == expected
            assert [[other_keys[row] for row in rows] for rows in plain(sides_of_pairs.take(pairs.indices))] == [
                [name] for names in expected for name in names
            ]
            for kind in RUN_KINDS:
                assert plain(dataset.run_children[pair, kind].take(pairs.indices)) == [
                    runs_of[key, name][kind] for key, names in zip(own_keys, expected, strict=True) for name in names
                ]
