"""Open vocabularies: the values that the dataset has for a column, and the ones nearest to a mistyped one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process, utils

from errors import MAX_SHOWN, BadUserInput, clipped, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NAMED = 5


class Vocabulary:
    """The values of one open-vocabulary column over all tables of the dataset.

    Args:
        column: The column, as the graph spells it.
        known: Its values.
    """

    def __init__(self, column: str, known: Iterable[str]) -> None:
        self.column = column
        self.known = sorted(known)
        self._members = frozenset(self.known)

    def __contains__(self, value: str) -> bool:
        return value in self._members

    def nearest(self, value: str) -> list[str]:
        """Return the values most like this one, best first."""
        return nearest(value, self.known)

    def check(self, values: Iterable[str]) -> None:
        """Refuse a value that the dataset does not have.

        Raises:
            BadUserInput: Names the value and the nearest known ones.
        """
        for value in values:
            if value not in self._members:
                near = self.nearest(value)
                raise BadUserInput(
                    f"{self.column} {shown(value)} is not in this dataset{nearest_text(near)}.",
                    column=self.column,
                    value=clipped(value),
                    nearest=near,
                )


def nearest(value: str, known: Sequence[str]) -> list[str]:
    """Return the known values most like `value`, best first; none for a value too long to be a mistyped name."""
    if len(value) > MAX_SHOWN:  # the search takes as long as the value and each known one together
        return []
    found = process.extract(value, known, scorer=fuzz.WRatio, processor=utils.default_process, limit=_NAMED)
    return [choice for choice, _score, _position in found]


def nearest_text(near: Sequence[str]) -> str:
    """Return the end of a message that names the nearest known values; empty where there are none."""
    return f"; nearest: {', '.join(map(shown, near))}" if near else ""
