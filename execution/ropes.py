"""Texts as ropes: pieces that lie where they are, side by side for all rows of a level, copied once into the answer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

Texts: TypeAlias = "list[bytes]"


@dataclass(frozen=True, slots=True)
class Rope:
    """The texts of some rows, each of several pieces.

    Args:
        pieces: The pieces of all rows, one row after another.
        bounds: n + 1 bounds of the rows' pieces.
    """

    pieces: Texts
    bounds: Sequence[int]


# Part of the text of every row: the same in all, one text a row (in Arrow, or not), or several pieces a row.
Part: TypeAlias = "bytes | Texts | pa.Array[Any] | Rope"
Strand: TypeAlias = "bytes | Texts | Rope"


def braided(parts: Sequence[Part], count: int) -> Rope:
    """Put the parts of each row together."""
    strands: list[Strand] = [texts_of(part) if isinstance(part, pa.Array) else part for part in merged(parts)]
    # Where each row has as many pieces, the strands are laid side by side, without a step per row in Python.
    width = len(strands)
    pieces: Texts = [b""] * (count * width)
    for place, strand in enumerate(strands):
        if isinstance(strand, Rope):
            return _by_row(strands, count)
        pieces[place::width] = [strand] * count if isinstance(strand, bytes) else strand
    return Rope(pieces, range(0, count * width + 1, width) if width else [0] * (count + 1))


def _by_row(strands: Sequence[Strand], count: int) -> Rope:
    pieces: Texts = []
    bounds = [0]
    rows: list[list[Texts]] = []
    for strand in strands:
        match strand:
            case bytes():
                rows.append([[strand]] * count)
            case Rope():
                rows.append([strand.pieces[start:stop] for start, stop in pairwise(strand.bounds)])
            case _:
                rows.append([[text] for text in strand])
    for of_row in zip(*rows, strict=True):
        for some in of_row:
            pieces += some
        bounds.append(len(pieces))
    return Rope(pieces, bounds)


def merged(parts: Sequence[Part]) -> list[Part]:
    """Put neighbouring texts that are the same in every row into one."""
    result: list[Part] = []
    for part in parts:
        if isinstance(part, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += part
        elif part != b"":
            result.append(part)
    return result


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


def picked(texts: Texts, rows: NDArray[np.int64]) -> Texts:
    """Return the texts of these rows."""
    match rows.tolist():
        case []:
            return []
        case [row]:
            return [texts[row]]
        case several:
            return list(itemgetter(*several)(texts))


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
