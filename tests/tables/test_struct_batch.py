"""Struct batches: every member with one item per object is taken along, every other member stays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest

from tables.batch import Batch, ListColumn
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.struct_batch import StructBatch, interleave, lists_of_equal_length, take_rows
from tables.table import Table

TABLE = Table("LLMRun", {"id": pa.array(["a", "b", "c", "d"])}, key="id")


@dataclass
class Things(StructBatch):
    """One member of each type that has an item per object, and parameters of the whole batch."""

    array: np.ndarray
    values: list[str]
    rows: RowSet
    groups: Grouped
    lists: ListColumn
    by_kind: dict[str, np.ndarray]
    names: tuple[str, ...]
    limit: int

    @cached_property
    def doubled(self) -> np.ndarray:
        """A computed column."""
        return self.array * 2


def things() -> Things:
    """Three things."""
    return Things(
        np.array([1, 2, 3]),
        ["a", "b", "c"],
        RowSet(TABLE, np.array([3, 2, 1])),
        Grouped(TABLE, np.array([0, 1, 1, 3]), np.array([0, 1, 2])),
        ListColumn(np.array([0, 2, 2, 3]), RowSet(TABLE, np.array([0, 1, 3]))),
        {"llm": np.array([10, 20, 30])},
        ("x", "y"),
        5,
    )


def plain_lists(column: ListColumn | Grouped) -> list[list[int]]:
    """Return the rows of each list."""
    items = column.items
    assert isinstance(items, RowSet)
    bounds = column.offsets.tolist()
    return [items.indices[start:stop].tolist() for start, stop in pairwise(bounds)]


@pytest.mark.parametrize("positions", [[], [1], [2, 0], [0, 0, 2, 1]])
def test_take_takes_the_items_of_every_column(positions: list[int]) -> None:
    """Positions may repeat and come in any order."""
    whole = things()
    taken = whole.take(np.array(positions, np.int64))
    assert len(taken) == len(positions)
    assert taken.array.tolist() == [whole.array[position] for position in positions]
    assert taken.values == [whole.values[position] for position in positions]
    assert taken.rows.indices.tolist() == [whole.rows.indices[position] for position in positions]
    assert taken.by_kind["llm"].tolist() == [whole.by_kind["llm"][position] for position in positions]
    for name in ("groups", "lists"):
        before = plain_lists(getattr(whole, name))
        assert plain_lists(getattr(taken, name)) == [before[position] for position in positions]


def test_take_leaves_parameters_of_the_whole_batch() -> None:
    """A tuple, a number or a text does not have one item per object."""
    taken = things().take(np.array([1]))
    assert (taken.names, taken.limit) == (("x", "y"), 5)


def test_take_does_not_copy_cached_values() -> None:
    """A computed column is computed again for the objects that were taken."""
    whole = things()
    assert whole.doubled.tolist() == [2, 4, 6]
    assert whole.take(np.array([2])).doubled.tolist() == [6]


def test_the_length_is_that_of_the_first_member() -> None:
    """A struct batch is a batch: the engine asks for nothing but its length and `take`."""
    assert len(things()) == 3
    assert isinstance(things(), Batch)


def test_rows_of_another_value_are_the_value() -> None:
    """A value that is not a column is returned unchanged."""
    assert take_rows("text", np.array([0])) == "text"
    assert take_rows(None, np.array([0])) is None


@pytest.mark.parametrize(("rows", "items", "offsets"), [(2, 4, [0, 2, 4]), (3, 0, [0, 0, 0, 0]), (0, 0, [0])])
def test_items_are_divided_evenly(rows: int, items: int, offsets: list[int]) -> None:
    """Each row has the same number of items."""
    column = lists_of_equal_length(rows, RowSet(TABLE, np.arange(items)))
    assert column.offsets.tolist() == offsets


def test_interleaved_columns_alternate() -> None:
    """Row by row, in the order of the columns; without columns there is nothing."""
    assert interleave([np.array([1, 2]), np.array([3, 4])], 2).tolist() == [1, 3, 2, 4]
    assert interleave([], 2).tolist() == []
