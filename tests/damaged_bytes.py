"""Files damaged as disks, power cuts and careless programs damage them, and a process of its own to read them in."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Literal, get_args

from tests.server_process import ROOT

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

Damage = Literal[
    "one bit",
    "eight bits",
    "zeroed third",
    "zeroed page",
    "cut",
    "appended",
    "empty",
    "of another file",
]
DAMAGES: tuple[Damage, ...] = get_args(Damage)
_PAGE = 4096


def damaged(content: bytes, damage: Damage, *, other: bytes, generator: random.Random) -> bytes:
    """Return the content damaged at a random place; never the content itself.

    Args:
        content: A whole file.
        damage: In which way.
        other: The content of another file of its kind.
        generator: Chooses the place.
    """
    while True:
        found = _damaged(content, damage, other=other, generator=generator)
        if found != content:
            return found


def cases_of(module: str, count: int) -> dict[str, int]:
    """Let a module read damaged files in a process of its own, so that a crash is seen; return its cases by kind.

    Args:
        module: Its name below `tests`; its `main` takes a count and a seed, and calls `begin` and `end`.
        count: How many files.
    """
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", f"tests.{module}", str(count), "20261125"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines() or ["none"]
    assert done.returncode == 0, f"exit {done.returncode} in case {lines[-1]}\n{done.stderr[-3000:]}"
    found: dict[str, int] = json.loads(lines[-1])
    return found


def begin(case: int, kind: str, file: str) -> None:
    """Say which case comes next, so that a crash has a name."""
    sys.stdout.write(f"{case}: {kind}, {file}\n")
    sys.stdout.flush()


def end(cases: Mapping[str, int]) -> None:
    """Say how many cases there were of each kind."""
    sys.stdout.write(json.dumps(cases) + "\n")


def _damaged(content: bytes, damage: Damage, *, other: bytes, generator: random.Random) -> bytes:
    size = len(content)
    match damage:
        case "one bit" | "eight bits":
            found = bytearray(content)
            for _ in range(1 if damage == "one bit" else 8):
                found[generator.randrange(size)] ^= 1 << generator.randrange(8)
        case "zeroed third" | "zeroed page":
            found = bytearray(content)
            length = min(size, size // 3 if damage == "zeroed third" else _PAGE)
            start = generator.randrange(size - length + 1)
            found[start : start + length] = bytes(length)
        case "cut":
            found = bytearray(content[: generator.randrange(1, size)])
        case "appended":
            found = bytearray(content + generator.randbytes(generator.randrange(1, 64)))
        case "empty":
            found = bytearray()
        case "of another file":
            found = bytearray(other)
    return bytes(found)
