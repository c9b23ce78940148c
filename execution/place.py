"""The place of a field in the answer, from which the path of an error is derived."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from graphql.pyutils import Path

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class Place:
    """The place of a field in every row of a level.

    Args:
        within: The place of the level's objects, or None where the level is a single row that stands at `root`.
        root: The path of the field itself, at the first level.
        name: The field's response name.
        type_name: The type whose field it is.
        offsets: Where the field is a list: the bounds of each row's items.
        rows: Where the field is missing in some rows: those that have it.
        positions: Where the field is the list of a single row: the places in it of the objects that are meant.
    """

    within: Place | None
    root: Path | None
    name: str
    type_name: str
    offsets: NDArray[np.int64] | None = None
    rows: NDArray[np.int64] | None = None
    positions: NDArray[np.int64] | None = None

    @cached_property
    def first(self) -> Path:
        """The path that resolvers are told: of the field in the first row, as if no list before it were empty."""
        if self.within is None:
            return self.root if self.root is not None else Path(None, self.name, self.type_name)
        listed = self.within.offsets is not None or self.within.positions is not None
        above = self.within.first.add_key(0) if listed else self.within.first
        return above.add_key(self.name, self.type_name)

    def path(self, row: int) -> Path:
        """Return the path of one value: of the field in that row, or of that item among the items of all rows."""
        if self.rows is not None:
            return self._field_path(int(self.rows[row]))
        if self.positions is not None:
            return self._field_path(0).add_key(int(self.positions[row]))
        if self.offsets is not None:
            parent = int(np.searchsorted(self.offsets, row, side="right")) - 1
            return self._field_path(parent).add_key(row - int(self.offsets[parent]))
        return self._field_path(row)

    def _field_path(self, row: int) -> Path:
        if self.within is None:
            return self.root if self.root is not None else Path(None, self.name, self.type_name)
        return self.within.path(row).add_key(self.name, self.type_name)

    def child(self, name: str, type_name: str) -> Place:
        """Return the place of a field of this place's objects."""
        return Place(self, None, name, type_name)

    def within_rows(self, rows: NDArray[np.int64]) -> Place:
        """Return the place of this field's objects, where only these rows have one."""
        return Place(self.within, self.root, self.name, self.type_name, rows=rows)

    def at(self, positions: NDArray[np.int64]) -> Place:
        """Return the place of some items of this field, where it is the list of a single row."""
        return Place(self.within, self.root, self.name, self.type_name, positions=positions)

    def items(self, offsets: NDArray[np.int64]) -> Place:
        """Return the place of this field's items."""
        return Place(self.within, self.root, self.name, self.type_name, offsets)
