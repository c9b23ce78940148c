"""Open vocabularies: the values of a column in the dataset, with suggestions for a mistyped value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process, utils

from errors import MAX_SHOWN, BadUserInput, clipped, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MAX_SUGGESTIONS = 5


class Vocabulary:
    """Values of one column in all tables of the dataset.

    Args:
        column: Name of the column in the graph.
        known: Its values.
    """

    def __init__(self, column: str, known: Iterable[str]) -> None:
        self.column = column
        self.known = sorted(known)
        self._members = frozenset(self.known)

    def __contains__(self, value: str) -> bool:
        return value in self._members

    def nearest(self, value: str) -> list[str]:
        """Return the most similar known values, best first; none for a value too long to be a mistyped name."""
        if len(value) > MAX_SHOWN:  # the time of the search grows with the length of the value
            return []
        found = process.extract(
            value, self.known, scorer=fuzz.WRatio, processor=utils.default_process, limit=_MAX_SUGGESTIONS
        )
        return [choice for choice, _score, _position in found]

    def check(self, values: Iterable[str]) -> None:
        """Raise `BadUserInput` with the nearest known values for a value that the dataset does not have."""
        for value in values:
            if value not in self._members:
                near = self.nearest(value)
                raise BadUserInput(
                    f"{self.column} {shown(value)} is not in this dataset{nearest_text(near)}.",
                    column=self.column,
                    value=clipped(value),
                    nearest=near,
                )


def nearest_text(near: Sequence[str]) -> str:
    """Return the end of an error message with the nearest known values; empty without any."""
    return f"; nearest: {', '.join(map(shown, near))}" if near else ""
