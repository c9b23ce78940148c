"""Texts of a few rows as ropes: pieces that lie where they are, and are copied once, into the answer."""

from __future__ import annotations

from itertools import chain, pairwise, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Rope: TypeAlias = "list[bytes | memoryview]"
# Part of the text of every row: the same in all, a column of texts, or one rope per row.
Piece: TypeAlias = "str | pa.Array[Any] | list[Rope]"


def braided(pieces: Sequence[Piece], count: int) -> list[Rope]:
    """Put the pieces of each row together."""
    strands: list[Iterable[Rope]] = []
    for piece in merged(pieces):
        if isinstance(piece, str):
            strands.append(repeat([piece.encode()], count))
        elif isinstance(piece, pa.Array):
            strands.append([text] for text in _texts(piece))
        else:
            strands.append(piece)
    return [list(chain.from_iterable(row)) for row in zip(*strands, strict=True)]


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Put neighbouring texts that are the same in every row into one."""
    result: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and result and isinstance(result[-1], str):
            result[-1] += piece
        else:
            result.append(piece)
    return result


def cut(array: pa.Array[Any], offsets: NDArray[np.int64]) -> list[Rope]:
    """Return the texts of consecutive rows, list by list, where each text has a comma behind: the last one is cut off.

    Args:
        array: The texts of all lists' rows.
        offsets: The bounds of the lists.
    """
    data, bounds = _buffer(array)
    return [[data[start : stop - 1]] if stop > start else [] for start, stop in pairwise(bounds[offsets].tolist())]


def listed(ropes: Sequence[Rope], offsets: NDArray[np.int64]) -> list[Rope]:
    """Return the ropes of consecutive rows, list by list, with commas between."""
    lists = []
    for start, stop in pairwise(offsets.tolist()):
        rope: Rope = []
        for row in range(start, stop):
            if row > start:
                rope.append(b",")
            rope.extend(ropes[row])
        lists.append(rope)
    return lists


def _texts(array: pa.Array[Any]) -> list[memoryview]:
    data, bounds = _buffer(array)
    return [data[start:stop] for start, stop in pairwise(bounds.tolist())]


def _buffer(array: pa.Array[Any]) -> tuple[memoryview, NDArray[np.int32]]:
    """Return the bytes behind a string array without nulls, and the bounds of its texts in them."""
    offsets, data = array.buffers()[1:]
    if data is None:
        return memoryview(b""), np.zeros(len(array) + 1, np.int32)
    return memoryview(data), np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
