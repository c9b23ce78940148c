"""Cached text of a variable-free column, with slots for the fields that depend on variables."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from execution.kept_columns import bytes_of_arrays
from execution.nodes import ListNode, MaybeNode, ObjectNode, OpenNode
from execution.ropes import braided, rope_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from execution.kept_columns import KeptColumns
    from execution.nodes import Node, Opening
    from execution.ropes import Part, Texts


class Hole(bytes):
    """A piece that stands for another: where an open field goes. Its text is the number of the opening."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The text of a column with holes.

    Args:
        openings: The fields that are still to be resolved.
        before: For each of them, the text in front of each of its rows.
        order: Which of them each hole is of, in the order of the text.
        behind: The text behind the last hole.
    """

    openings: tuple[Opening, ...]
    before: tuple[Texts, ...]
    order: Sequence[int]
    behind: bytes

    @property
    def nbytes(self) -> int:
        """The memory that the texts take, and the columns that the open fields hang on."""
        texts = [self.behind, *chain.from_iterable(self.before)]
        return sum(map(sys.getsizeof, texts)) + sum(bytes_of_arrays(each.batch) for each in self.openings)

    def filled(self, fields: Sequence[list[Part]]) -> Texts:
        """Return the whole text in pieces.

        Args:
            fields: What each opening's field writes into its rows.
        """
        ropes = [braided([before, *parts], len(before)) for before, parts in zip(self.before, fields, strict=True)]
        if len(ropes) == 1:
            return [*ropes[0].pieces, self.behind]
        rows = [rope_rows(rope) for rope in ropes]
        pieces: Texts = []
        for opening in self.order:
            pieces += next(rows[opening])
        return [*pieces, self.behind]


class KeptText:
    """Where the skeleton of one field of the root of one operation is kept.

    Args:
        kept: What is kept of the snapshot.
        place: The number of the operation's plan, and the field's name in the answer; its path in a namespace.
    """

    def __init__(self, kept: KeptColumns, place: tuple[int, str | int | tuple[str | int, ...]]) -> None:
        self._kept = kept
        self._place = place
        self.skeleton: Skeleton | None = kept.get(place)

    def keep(self, skeleton: Skeleton) -> None:
        """Keep it for the next time."""
        self._kept.put(self._place, skeleton, nbytes=skeleton.nbytes)


def skeleton_of(openings: Sequence[OpenNode], pieces: Texts) -> Skeleton:
    """Return the skeleton that a text with holes is.

    Args:
        openings: The open fields; the n-th one's rows are holes with the number n.
        pieces: The text.
    """
    before: list[Texts] = [[] for _ in openings]
    order: list[int] = []
    since: Texts = []
    for piece in pieces:
        if isinstance(piece, Hole):
            opening = int(piece)
            before[opening].append(b"".join(since))
            order.append(opening)
            since = []
        else:
            since.append(piece)
    return Skeleton(tuple(each.opening for each in openings), tuple(before), order, b"".join(since))


def open_fields(node: Node) -> Iterator[OpenNode]:
    """Give the open fields of a tree, from the top down."""
    match node:
        case OpenNode():
            yield node
        case ObjectNode(_, fields):
            for _, field in fields:
                yield from open_fields(field)
        case ListNode(_, items) | MaybeNode(_, items):
            yield from open_fields(items)
