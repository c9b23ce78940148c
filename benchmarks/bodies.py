"""Request bodies of a round of load: numbered, listed in a file, or always the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from benchmarks.thresholds import Thresholds

# Numbers reserved for a round; more than any round sends.
NUMBERS_PER_ROUND = 10_000_000
# A list is written before its round. A server that exhausts it ends wrk: the round is void and repeats no body.
_LISTED_PER_SECOND = 5_000


class Bodies(Protocol):
    """Request bodies by number, in Python for a single request and in Lua for wrk."""

    def body(self, number: int) -> bytes:
        """Return the body of a positive number."""

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:
        """Return Lua code that defines `body(sent)`: the body of a round's request, counted from 1.

        Args:
            round_number: Different in each round of the same bodies, so that no number repeats.
            seconds: Duration of the round.
            scratch: A directory that exists during the round.
        """


@dataclass(frozen=True, slots=True)
class Numbered:
    """Texts in turn, with a different threshold in each body: the documents repeat, the variable never does.

    Args:
        texts: The text before and after the threshold.
        thresholds: Thresholds by number.
    """

    texts: tuple[tuple[str, str], ...]
    thresholds: Thresholds

    def body(self, number: int) -> bytes:
        """Return the text with this number's threshold."""
        before, after = self.texts[number % len(self.texts)]
        return f"{before}{self.thresholds.text(number)}{after}".encode()

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:  # noqa: ARG002 - needs no file
        """Format the threshold of each request."""
        texts = ", ".join(f"{{[==[{before}]==], [==[{after}]==]}}" for before, after in self.texts)
        return (
            f"local texts = {{{texts}}}\n{self.thresholds.lua()}"
            "function body(sent)\n"
            f"  local number = {round_number * NUMBERS_PER_ROUND} + sent\n"
            "  local text = texts[number % #texts + 1]\n"
            "  return text[1] .. threshold(number) .. text[2]\n"
            "end\n"
        )


def in_turn(bodies: Iterable[Numbered]) -> Numbered:
    """Return the texts of several bodies with the same thresholds, in turn."""
    found = tuple(bodies)
    return Numbered(tuple(text for each in found for text in each.texts), found[0].thresholds)


@dataclass(frozen=True, slots=True)
class Listed:
    """A different text in each body, written in advance.

    Args:
        body: Returns the body of a number; one line.
    """

    body: Callable[[int], bytes]

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:
        """Write the bodies of the round to a file, which wrk reads line by line."""
        first = round_number * NUMBERS_PER_ROUND + 1
        path = scratch / "bodies.txt"
        with path.open("wb") as lines:
            lines.writelines(self.body(first + sent) + b"\n" for sent in range(seconds * _LISTED_PER_SECOND))
        return f'local lines = io.lines("{path}")\nfunction body(sent) return lines() end\n'


@dataclass(frozen=True, slots=True)
class Same:
    """The same body for every number."""

    text: bytes

    def body(self, number: int) -> bytes:  # noqa: ARG002 - every body is the same
        """Return the text."""
        return self.text

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:  # noqa: ARG002 - every body is the same
        """Return the text for every request."""
        return f"function body(sent) return [==[{self.text.decode()}]==] end\n"
