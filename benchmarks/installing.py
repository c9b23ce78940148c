"""Other servers are installed once, each with its version into a directory of its own that git ignores."""

from __future__ import annotations

import subprocess

from benchmarks.servers import CHECKOUT, ServerError

PEERS = CHECKOUT / "benchmarks" / ".peers"


def set_up(name: str, command: list[str], *, user: str | None = None) -> None:
    """Run a command that a server needs before it can start.

    Args:
        name: The server, for the error.
        command: The command line.
        user: Who runs it, if not the user of this process.

    Raises:
        ServerError: It cannot be run or fails; ends with the last line that it printed.
    """
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=False, user=user, cwd=CHECKOUT.anchor)
    except OSError as error:
        raise ServerError(f"{name} cannot be set up: {error}") from error
    if finished.returncode != 0:
        said = (finished.stderr or finished.stdout).strip().splitlines()
        raise ServerError(f"{name} cannot be set up: {said[-1] if said else f'exit code {finished.returncode}'}")
