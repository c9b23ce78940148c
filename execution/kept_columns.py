"""What fields without variables came to, kept: a known document asks them of the same snapshot again and again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Hashable

_LARGEST_SHARE = 32  # of the whole that one column may take: as one of a large table would
_BYTES_OF_AN_ENTRY = 1_000


class KeptColumns:
    """Columns of one snapshot by the place in a plan that they belong to; the least recently used go first.

    Args:
        max_bytes: What all of them together may take.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def get(self, key: Hashable) -> Any:  # noqa: ANN401 - any of the columns of tables/batch.py
        """Return the column kept under a key, or None."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, column: object, *, nbytes: int | None = None) -> bool:
        """Keep a column, unless it is too large; say whether it was kept.

        Args:
            key: What it is kept under.
            column: The column, or what was made of it.
            nbytes: The memory that it takes; None for that of its arrays.
        """
        size = _BYTES_OF_AN_ENTRY + (bytes_of_arrays(column) if nbytes is None else nbytes)
        if size * _LARGEST_SHARE > self._max_bytes:
            return False
        _, replaced = self._kept.pop(key, (None, 0))
        self._kept[key] = (column, size)
        self._bytes += size - replaced
        while self._bytes > self._max_bytes:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._bytes -= dropped
        return True


def bytes_of_arrays(value: object) -> int:
    """Add up the arrays that a column is made of; the table behind it is not its own."""
    match value:
        case np.ndarray() | pa.Array():
            return int(value.nbytes)
        case tuple() | list():
            return sum(map(bytes_of_arrays, value))
        case dict():
            return sum(map(bytes_of_arrays, value.values()))
        case _ if is_dataclass(value) and not isinstance(value, type):
            return sum(bytes_of_arrays(getattr(value, field.name)) for field in fields(value))
        case _:
            return 0
