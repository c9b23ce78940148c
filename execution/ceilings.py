"""Ceilings of one request: the cells and the bytes of its answer, counted while it is executed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from errors import QueryTooComplex

if TYPE_CHECKING:
    from collections.abc import Sequence

# Cells per unit of the maximum cost: the estimate counts at least 0.3 units per cell.
CELLS_PER_UNIT = 4


class Ceilings:
    """Counts the cells and the bytes of the answer to one request, over all its root fields.

    Args:
        max_cells: Maximum number of cells: objects times fields selected on them.
        max_answer_bytes: Maximum length of the answer's `data`, as JSON.

    Attributes:
        cells_left: Remaining number of cells. Hot paths subtract from it and raise `too_many_cells` below 0.
        bytes_left: Remaining length; likewise, with `too_long`. Commas between objects, and all but the first digit of
            some numbers, are not counted: an answer of more than half the maximum is measured in the end.
        unmeasured_left: Remaining length of columns that are not measured, a thirty-second of the maximum in total,
            because that would be a tenth of the time of writing them. Each is bounded by its longest text instead.
    """

    __slots__ = ("_max_answer_bytes", "_max_cells", "bytes_left", "cells_left", "unmeasured_left")

    def __init__(self, max_cells: int = sys.maxsize, max_answer_bytes: int = sys.maxsize) -> None:
        self._max_cells = self.cells_left = max_cells
        self._max_answer_bytes = self.bytes_left = max_answer_bytes
        self.unmeasured_left = max_answer_bytes >> 5

    @property
    def cells(self) -> int:
        """Number of cells so far."""
        return self._max_cells - self.cells_left

    @property
    def answer_bytes(self) -> int:
        """Length of the measured texts so far."""
        return self._max_answer_bytes - self.bytes_left

    @property
    def is_over_half(self) -> bool:
        """Whether the whole answer has to be measured."""
        return self.bytes_left < self._max_answer_bytes >> 1

    def unused(self) -> Ceilings:
        """Return ceilings with the same maxima, for a part of the answer that is counted separately."""
        return Ceilings(self._max_cells, self._max_answer_bytes)

    def add_bytes(self, count: int) -> None:
        """Count bytes of the answer, before they are written.

        Raises:
            QueryTooComplex: The answer is longer than the maximum.
        """
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise self.too_long()

    def add_texts(self, texts: Sequence[bytes], longest: int) -> None:
        """Count the texts of a column.

        Args:
            texts: The texts.
            longest: Maximum length of a text.

        Raises:
            QueryTooComplex: The answer is longer than the maximum.
        """
        bound = len(texts) * longest
        if bound <= self.unmeasured_left:
            self.unmeasured_left -= bound
        else:
            self.add_bytes(sum(map(len, texts)))

    def check(self, pieces: Sequence[bytes]) -> None:
        """Check the exact length of the whole answer.

        Raises:
            QueryTooComplex: The answer is longer than the maximum.
        """
        self.bytes_left = self._max_answer_bytes - sum(map(len, pieces))
        if self.bytes_left < 0:
            raise self.too_long()

    def too_many_cells(self) -> QueryTooComplex:
        """Return the refusal of a request with too many cells."""
        return QueryTooComplex(
            f"This request selects at least {self.cells} cells (objects times fields); allowed: at most "
            f"{self._max_cells}, {CELLS_PER_UNIT} per unit of MLENERGY_MAX_COST. Request fewer objects or fields.",
            limit="max_cost",
            requested=self.cells,
            allowed=self._max_cells,
        )

    def too_long(self) -> QueryTooComplex:
        """Return the refusal of a request whose answer is too long."""
        return QueryTooComplex(
            f"The answer has at least {self.answer_bytes} bytes; allowed: at most {self._max_answer_bytes} "
            "(MLENERGY_MAX_ANSWER_MIB). Request fewer rows or fields at a time.",
            limit="max_answer_mib",
            requested=self.answer_bytes,
            allowed=self._max_answer_bytes,
        )
