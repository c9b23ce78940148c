"""Texts as ropes: pieces that lie where they are, side by side for all rows of a level, copied once into the answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

Texts: TypeAlias = "list[bytes | memoryview]"


@dataclass(slots=True)
class Rope:
    """The texts of some rows, each of several pieces.

    Args:
        pieces: The pieces of all rows, one row after another.
        bounds: n + 1 bounds of the rows' pieces.
    """

    pieces: Texts
    bounds: Sequence[int]


# Part of the text of every row: the same in all, one text a row, or several pieces a row.
Part: TypeAlias = "bytes | Texts | Rope"


def braided(parts: Sequence[Part], count: int) -> Rope:
    """Put the parts of each row together."""
    if count == 1:
        return _of_one_row(parts)
    strands = merged(parts)
    # Where each row has as many pieces, the strands are laid side by side, without a step per row in Python.
    width = len(strands)
    pieces: Texts = [b""] * (count * width)
    for place, strand in enumerate(strands):
        if isinstance(strand, Rope):
            return _by_row(strands, count)
        pieces[place::width] = [strand] * count if isinstance(strand, bytes) else strand
    return Rope(pieces, range(0, count * width + 1, width) if width else [0] * (count + 1))


def _of_one_row(parts: Sequence[Part]) -> Rope:
    pieces: Texts = []
    for part in parts:
        if isinstance(part, bytes):
            pieces.append(part)
        else:
            pieces += part.pieces[part.bounds[0] : part.bounds[1]] if isinstance(part, Rope) else part
    return Rope(pieces, [0, len(pieces)])


def _by_row(strands: Sequence[Part], count: int) -> Rope:
    pieces: Texts = []
    bounds = [0]
    for row in zip(*(_rows_of(strand, count) for strand in strands), strict=True):
        for some in row:
            pieces += some
        bounds.append(len(pieces))
    return Rope(pieces, bounds)


def _rows_of(strand: Part, count: int) -> Iterable[Texts]:
    match strand:
        case bytes():
            return repeat([strand], count)
        case Rope():
            return rope_rows(strand)
        case _:
            return ([text] for text in strand)


def rope_rows(rope: Rope) -> Iterator[Texts]:
    """Give the pieces of each row."""
    return (rope.pieces[start:stop] for start, stop in pairwise(rope.bounds))


def joined(rope: Rope) -> Texts:
    """Put the pieces of each row together."""
    if len(rope.bounds) == 2 and rope.bounds[1] - rope.bounds[0] == len(rope.pieces):  # noqa: PLR2004 - of one row
        return [b"".join(rope.pieces)]
    return [b"".join(pieces) for pieces in rope_rows(rope)]


def merged(parts: Sequence[Part]) -> list[Part]:
    """Put neighbouring texts that are the same in every row into one."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += part
        elif part != b"":
            result.append(part)
    return result


def cut(array: pa.Array[Any], offsets: NDArray[np.int64]) -> Texts:
    """Return one text per list: those of its rows, each of which has a comma behind; that of the last one is cut off.

    Args:
        array: The texts of all lists' rows, in Arrow (binary), where those of one list lie side by side.
        offsets: The bounds of the lists.
    """
    _, places, data = array.buffers()
    if data is None:
        return [memoryview(b"")] * (len(offsets) - 1)
    text = memoryview(data)
    bounds = np.frombuffer(places, np.int32)[array.offset : array.offset + len(array) + 1][offsets].tolist()
    return [text[start : stop - 1] if stop > start else text[:0] for start, stop in pairwise(bounds)]


def listed(items: Rope, offsets: NDArray[np.int64]) -> Rope:
    """Return one text per list: its items, each of which has a comma behind; that of the last one is cut off.

    Args:
        items: The items of all lists; the rope is used up.
        offsets: The bounds of the lists in them.
    """
    pieces, bounds = items.pieces, items.bounds
    places = [bounds[offset] for offset in offsets.tolist()]
    for start, stop in pairwise(places):
        if stop > start:
            pieces[stop - 1] = pieces[stop - 1][:-1]
    return Rope(pieces, places)


def picker(rows: NDArray[np.int64]) -> Callable[[Texts], Texts]:
    """Return what picks the texts of these rows out of those of a whole table: of as many columns as there are."""
    if is_range(rows):
        return itemgetter(slice(rows[0], rows[-1] + 1))
    match rows.tolist():
        case []:
            return lambda _: []
        case [row]:
            return lambda texts: [texts[row]]
        case several:
            pick = itemgetter(*several)
            return lambda texts: list(pick(texts))


def picked(texts: Texts, rows: NDArray[np.int64]) -> Texts:
    """Return the texts of these rows."""
    return picker(rows)(texts)


def spread(items: Rope, present: NDArray[np.bool_], absent: bytes) -> Rope:
    """Return the items at the rows that have one, and the same text at all others."""
    given = pairwise(items.bounds)
    pieces: Texts = []
    bounds = [0]
    for there in present.tolist():
        start, stop = next(given) if there else (0, 0)
        pieces += items.pieces[start:stop] if there else [absent]
        bounds.append(len(pieces))
    return Rope(pieces, bounds)


def texts_of(array: pa.Array[Any]) -> Texts:
    """Return the texts of a string array without nulls."""
    texts: Texts = array.cast(pa.binary()).to_pylist()
    return texts


def is_range(rows: NDArray[np.int64]) -> bool:
    """Say whether rows stand one behind the other in their table."""
    return len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1 and bool((rows[1:] > rows[:-1]).all())
