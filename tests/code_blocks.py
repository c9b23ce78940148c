"""Code blocks of README.md and docs/*.md, and the commands of those in a shell's language."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SHELLS = frozenset({"sh", "bash"})

_HEADING_OR_BLOCK = re.compile(
    r"^#+ (?P<heading>.*)$|^```(?P<language>.*)\n(?P<text>(?:(?!```).*\n)*)```", re.MULTILINE
)
_ASSIGNMENT = re.compile(r"[A-Z_]+=")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Args:
        page: Path of the page, relative to the checkout.
        section: The heading above it.
        language: The word after the fence; empty if there is none.
        text: The code.
    """

    page: str
    section: str
    language: str
    text: str

    def __str__(self) -> str:
        """Return a short name for messages and test ids."""
        return f"{self.page}: {self.section}: {self.language}"


def blocks() -> Iterator[Block]:
    """Yield the code blocks of all pages in their order."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        section = ""
        for found in _HEADING_OR_BLOCK.finditer(path.read_text(encoding="utf-8")):
            if found["heading"] is None:
                yield Block(str(path.relative_to(ROOT)), section, found["language"], found["text"])
            else:
                section = found["heading"]


def commands(block: Block) -> list[list[str]]:
    """Return the words of each command in a block, without comments and assignments of environment variables."""
    lines = block.text.replace("\\\n", " ").splitlines()
    split = [shlex.split(line, comments=True) for line in lines]
    parts = [part for words in split for part in _at_operators(words)]
    return [_without_assignments(words) for words in parts if words]


def _at_operators(words: list[str]) -> list[list[str]]:
    if "&&" not in words:
        return [words]
    place = words.index("&&")
    return [words[:place], *_at_operators(words[place + 1 :])]


def _without_assignments(words: list[str]) -> list[str]:
    return _without_assignments(words[1:]) if words and _ASSIGNMENT.match(words[0]) else words
