"""JSON of one list per parent, from the texts of the objects of all lists."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from writers.texts import Texts


@dataclass(slots=True)
class Lists:
    """Lists of objects.

    Args:
        objects: Texts of the objects of all lists, one list after another.
        offsets: Bounds of the lists.
        opened: Text in front of the first object of a list.
        separator: Text between two objects.
        closed: Text behind the last object.
        empty: Text of a list without objects.
    """

    objects: Texts
    offsets: NDArray[np.int64]
    opened: bytes
    separator: bytes
    closed: bytes
    empty: bytes

    def texts(self) -> Texts:
        """Return the text of each list."""
        texts = [self.empty] * (len(self.offsets) - 1)
        for parent, (start, stop) in enumerate(pairwise(self.offsets.tolist())):
            if stop > start:
                rows = self.objects[start:stop]
                # Added to the first and last row before the join: added to the list, they would copy it once more.
                rows[0] = self.opened + rows[0]
                rows[-1] += self.closed
                texts[parent] = self.separator.join(rows)
        return texts

    def between(self, gaps: Sequence[bytes]) -> Texts:
        """Return the pieces of a text with the lists between some texts: one text more than there are lists.

        A join of all pieces instead of one join per list: 60 lists of 405 objects take 19 µs instead of 30.
        """
        pieces = [self.separator] * (2 * len(self.objects) + 1)
        pieces[1::2] = self.objects
        opened, closed, empty = self.opened, self.closed, self.empty
        text = b""
        for gap, (start, stop) in zip(gaps, pairwise(self.offsets.tolist()), strict=False):
            if stop > start:
                pieces[2 * start] = text + gap + opened
                text = closed
            else:
                text += gap + empty
        pieces[-1] = text + gaps[-1]
        return pieces
