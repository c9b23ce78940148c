"""Damages file contents in typical ways, and runs the reader of damaged files in a subprocess."""

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
    """Return a damaged copy of a file content, never equal to it.

    Args:
        content: Content of a whole file.
        damage: Kind of damage.
        other: Content of another file of the same type.
        generator: Source of the position of the damage.
    """
    while True:
        changed = _damaged(content, damage, other=other, generator=generator)
        if changed != content:
            return changed


def cases_of(module: str, count: int) -> dict[str, int]:
    """Run a module that reads damaged files in a subprocess, which may crash; return its number of cases by kind.

    Args:
        module: Module name below `tests`; its `main` takes a count and a seed, and calls `begin` and `end`.
        count: Number of files.
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
    cases: dict[str, int] = json.loads(lines[-1])
    return cases


def begin(case: int, kind: str, file: str) -> None:
    """Print the next case, which identifies a crash."""
    sys.stdout.write(f"{case}: {kind}, {file}\n")
    sys.stdout.flush()


def end(cases: Mapping[str, int]) -> None:
    """Print the number of cases of each kind."""
    sys.stdout.write(json.dumps(cases) + "\n")


def _damaged(content: bytes, damage: Damage, *, other: bytes, generator: random.Random) -> bytes:
    size = len(content)
    match damage:
        case "one bit" | "eight bits":
            changed = bytearray(content)
            for _ in range(1 if damage == "one bit" else 8):
                changed[generator.randrange(size)] ^= 1 << generator.randrange(8)
        case "zeroed third" | "zeroed page":
            changed = bytearray(content)
            length = min(size, size // 3 if damage == "zeroed third" else _PAGE)
            start = generator.randrange(size - length + 1)
            changed[start : start + length] = bytes(length)
        case "cut":
            changed = bytearray(content[: generator.randrange(1, size)])
        case "appended":
            changed = bytearray(content + generator.randbytes(generator.randrange(1, 64)))
        case "empty":
            changed = bytearray()
        case "of another file":
            changed = bytearray(other)
    return bytes(changed)
