"""The bodies that a round of load sends: numbered ones, a list of them, or one again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DIGITS = 12
# How many numbers a round has; no round comes near it.
NUMBERS_PER_ROUND = 10_000_000
# A list is written ahead of its round. A server that comes to its end ends wrk: a void round, rather than a repetition.
_LISTED_PER_SECOND = 5_000


class Bodies(Protocol):
    """Request bodies by number, in Python for one request and in Lua for wrk's."""

    def body(self, number: int) -> bytes:
        """Return the body of a number, which must be above 0."""

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:
        """Return Lua that defines `body(sent)`: the body of a round's request, counted from 1.

        Args:
            round_number: Different in each round of the same bodies, so that no number comes twice.
            seconds: How long the round lasts.
            scratch: A directory that lasts as long.
        """


@dataclass(frozen=True, slots=True)
class Numbered:
    """One text around a threshold that tells each body from every other: the document repeats, the variable never.

    Args:
        before: What stands before the digits after the threshold's point.
        after: What stands after them.
    """

    before: str
    after: str

    def body(self, number: int) -> bytes:
        """Return the text with this number's threshold."""
        return f"{self.before}{number:0{_DIGITS}}{self.after}".encode()

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:  # noqa: ARG002 - needs no list
        """Count on from the round's first number."""
        first = round_number * NUMBERS_PER_ROUND
        number = f'string.format("%0{_DIGITS}.0f", {first} + sent)'
        return f"function body(sent) return [==[{self.before}]==] .. {number} .. [==[{self.after}]==] end\n"


@dataclass(frozen=True, slots=True)
class Listed:
    """Another text in each body.

    Args:
        write: Makes the body of a number; one line.
    """

    write: Callable[[int], bytes]

    def body(self, number: int) -> bytes:
        """Write this number's body."""
        return self.write(number)

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:
        """Write the round's bodies to a file and read it line by line."""
        first = round_number * NUMBERS_PER_ROUND + 1
        path = scratch / "bodies.txt"
        with path.open("wb") as lines:
            lines.writelines(self.write(first + sent) + b"\n" for sent in range(seconds * _LISTED_PER_SECOND))
        return f'local lines = io.lines("{path}")\nfunction body(sent) return lines() end\n'


@dataclass(frozen=True, slots=True)
class Same:
    """One body, whatever the number.

    Args:
        text: The body.
    """

    text: bytes

    def body(self, number: int) -> bytes:  # noqa: ARG002 - all are the same
        """Return the body."""
        return self.text

    def lua(self, *, round_number: int, seconds: int, scratch: Path) -> str:  # noqa: ARG002 - all are the same
        """Return it every time."""
        return f"function body(sent) return [==[{self.text.decode()}]==] end\n"
