"""Batches and columns: a resolver receives all objects of a level at once and returns one column for them.

A level is a number of objects of one type at one place of the answer: the models of a page, or the runs of all those
models. A resolver is called once per level with the batch of its objects. It returns a column with one value per row:

- leaf values: a `TableColumn`, an Arrow array (a list array where the field is a list of leaves), or a numpy array of
  whole numbers or booleans without nulls;
- one object per row: a `Batch` as long as the level, or an `OptionalColumn` where some rows are null;
- a list of objects per row: a `ListColumn` or a `Grouped`, whose items are a `Batch`; a `MixedListColumn` where the
  level has one row and its list has items of several types;
- for a level of one row, one object of any of several types: a `MixedPart` with a single item;
- ordinary Python values, one per row: an `ObjectColumn`. Objects among them form the next level as an `ObjectBatch`,
  whose fields are resolved one object at a time;
- a `Later` of one of these, while raw files are read (`tables/later.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from numpy.typing import NDArray


class Batch:
    """The objects of one level.

    Not an `abc.ABC`, whose `isinstance` is a Python call; the engine checks every column with `isinstance`.
    """

    __slots__ = ()

    def __len__(self) -> int:
        """Return the number of objects."""
        raise NotImplementedError

    def take(self, positions: NDArray[np.int64]) -> Self:
        """Return the objects at these positions."""
        raise NotImplementedError


# Dataclasses that are created per request are not frozen, here and in resolvers: it triples the time of creation.
@dataclass(slots=True)
class ListColumn:
    """A list of objects per row.

    Args:
        offsets: n + 1 bounds into the items, int64, from 0.
        items: The objects of all rows' lists, one list after another.
    """

    offsets: NDArray[np.int64]
    items: Batch

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(slots=True)
class OptionalColumn:
    """One object or null per row.

    Args:
        present: Whether each row has an object.
        items: The objects of the rows that have one, in the order of the rows.
    """

    present: NDArray[np.bool_]
    items: Batch

    def __len__(self) -> int:
        return len(self.present)


@dataclass(slots=True)
class MixedPart:
    """Items of one type in a list of several types, or a single object whose type depends on the request.

    Args:
        type_name: The type's name in the graph.
        positions: The position of each item in the list, ascending, int64.
        items: The items.
    """

    type_name: str
    positions: NDArray[np.int64]
    items: Batch | ObjectColumn

    def __len__(self) -> int:
        return len(self.positions)


@dataclass(slots=True)
class MixedListColumn:
    """The list of a single row, with items of several types; positions without an item or an error are null.

    Args:
        length: The length of the list.
        parts: Its items by type.
        errors: Errors by position.
    """

    length: int
    parts: Sequence[MixedPart]
    errors: Mapping[int, Exception]

    def __len__(self) -> int:
        return 1

    def values(self) -> list[object]:
        """Return the items one by one; errors as exceptions."""
        values: list[object] = [None] * self.length
        for part in self.parts:
            for row, position in enumerate(part.positions.tolist()):
                items = part.items
                values[position] = items.values[row] if isinstance(items, ObjectColumn) else items.take(np.array([row]))
        for position, error in self.errors.items():
            values[position] = error
        return values


@dataclass(slots=True)
class ObjectColumn:
    """One ordinary Python value per row; an exception becomes the error of its row."""

    values: Sequence[object]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(slots=True)
class ObjectBatch(Batch):
    """Ordinary Python objects, whose fields are resolved one object at a time."""

    values: Sequence[Any]

    def __len__(self) -> int:
        return len(self.values)

    def take(self, positions: NDArray[np.int64]) -> ObjectBatch:
        """Return the objects at these positions."""
        return ObjectBatch([self.values[position] for position in positions.tolist()])
