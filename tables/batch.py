"""What a resolver gives for all rows of a level at once: one value per row, as a column.

A level is a number of objects of one type, standing in one place of the answer: the models of a page, the runs of all
those models. A resolver is called once per level, with the batch of its objects, and returns a column as long:

- of leaf values: a `TableColumn`, or an Arrow array (a list array where the field is a list of leaves), or a numpy
  array of whole numbers, none of which is missing;
- of one object per row: a `Batch` as long as the level; `Maybe`, where some rows have none;
- of a list of objects per row: `Lists` or `Grouped`, whose items are a `Batch`;
- of anything that is made for each row by itself: `PerRow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    import numpy as np
    from numpy.typing import NDArray


class Batch:
    """The objects of one level.

    No `abc.ABC`: asking whether something is one is asked of every column, and would be a call in Python each time.
    """

    __slots__ = ()

    def __len__(self) -> int:
        """How many objects there are."""
        raise NotImplementedError

    def take(self, positions: NDArray[np.int64]) -> Self:
        """Return the objects at these positions."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Lists:
    """A list of objects per row.

    Args:
        offsets: n + 1 bounds into the items, int64, from 0.
        items: The objects of all rows' lists, one list after another.
    """

    offsets: NDArray[np.int64]
    items: Batch

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True)
class Maybe:
    """One object per row, or none.

    Args:
        present: Whether each row has one.
        items: The objects of the rows that have one, in their order.
    """

    present: NDArray[np.bool_]
    items: Batch

    def __len__(self) -> int:
        return len(self.present)


@dataclass(frozen=True, slots=True)
class PerRow:
    """One ordinary value per row, completed row by row; an exception becomes the error of its row."""

    values: Sequence[object]

    def __len__(self) -> int:
        return len(self.values)
