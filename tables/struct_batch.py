"""Batches declared as dataclasses: each member is a column, or a parameter of the whole batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from tables.batch import Batch, ListColumn
from tables.relations import Grouped, offsets_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


class StructBatch(Batch):
    """Objects whose columns are the members of a dataclass.

    An array, a list, a batch, a `ListColumn` or a `Grouped` has one item per object; so has each value of a dict of
    these. Any other member, such as a name or a tuple, is a parameter of the whole batch. The first member has one
    item per object.

    Subclasses are dataclasses. A computed column is a property, or a `cached_property` where the class has no slots:
    `take` makes a new instance, without the cached values.
    """

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()  # the members' names; set by `dataclass`

    def __len__(self) -> int:
        return len(getattr(self, self.__match_args__[0]))

    def take(self, positions: NDArray[np.int64]) -> Self:
        """Return the objects at these positions."""
        return type(self)(*[take_rows(getattr(self, name), positions) for name in self.__match_args__])


def take_rows(member: Any, positions: NDArray[np.int64]) -> Any:  # noqa: ANN401 - any member, and the same type back
    """Return the items at these positions of a column; any other value unchanged."""
    match member:
        case np.ndarray():
            return member[positions]
        case Batch() | Grouped():
            return member.take(positions)
        case ListColumn(offsets, items):
            starts, counts = offsets[positions], np.diff(offsets)[positions]
            bounds = offsets_of(counts)
            moved = (starts - bounds[:-1]).repeat(counts)
            return ListColumn(bounds, items.take(np.arange(bounds[-1]) + moved))
        case list():
            return [member[position] for position in positions.tolist()]
        case dict():
            return {key: take_rows(value, positions) for key, value in member.items()}
        case _:
            return member


def lists_of_equal_length(rows: int, items: Batch) -> ListColumn:
    """Return a list column that divides items evenly among rows; without rows there are no items."""
    return ListColumn(np.arange(rows + 1) * (len(items) // max(rows, 1)), items)


def interleave(columns: list[NDArray[Any]], rows: int, kind: type = np.float64) -> NDArray[Any]:
    """Return the cells of columns row by row: a0 b0 a1 b1 of two columns a and b.

    Args:
        columns: Arrays of equal length; there may be none.
        rows: Their length.
        kind: The type of the cells.
    """
    return np.array(columns, kind).reshape(len(columns), rows).T.ravel()
