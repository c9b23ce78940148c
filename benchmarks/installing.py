"""Other servers are installed once, each with its version into a directory of its own that git ignores."""

from __future__ import annotations

import subprocess

from benchmarks.servers import CHECKOUT, ServerError

_SHOWN_CHARACTERS = 300
PEERS = CHECKOUT / "benchmarks" / ".peers"


def set_up(name: str, command: list[str], *, user: str | None = None) -> None:
    """Run a command that a server needs before it can start.

    Args:
        name: The server, for the error.
        command: The command line.
        user: Who runs it, if not the user of this process.

    Raises:
        ServerError: It cannot be run or fails; ends with what it printed last.
    """
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=False, user=user, cwd=CHECKOUT.anchor)
    except OSError as error:
        raise ServerError(f"{name} cannot be set up: {error}") from error
    if finished.returncode != 0:
        said = " ".join((finished.stderr or finished.stdout).split())
        raise ServerError(f"{name} cannot be set up: {said[-_SHOWN_CHARACTERS:] or finished.returncode}")
