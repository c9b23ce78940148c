"""Server process with a readable log, for tests of logs and shutdown."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from tests.server_process import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_SECONDS = 60
_END_SECONDS = 20


@dataclass(frozen=True)
class ObservedServer:
    """A running server.

    Args:
        port: Where it listens, on 127.0.0.1.
        process: The process.
        log: The file that its standard error goes to.
    """

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def address(self) -> str:
        """Base URL of the server."""
        return f"http://127.0.0.1:{self.port}"

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of the log, each of which must be JSON; lines are written shortly after their events."""
        time.sleep(0.1)
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def terminate(self) -> int:
        """Send SIGTERM and return the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=_END_SECONDS)


@contextmanager
def observed_server(
    folder: Path, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[ObservedServer]:
    """Run `server.py serve` over the sample, with its log in this folder."""
    port = free_port()
    log = folder / "server.log"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MLENERGY_")}
    command = [sys.executable, "server.py", "serve", "--source", "sample", "--port", str(port), *arguments]
    with log.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own server
            command,
            cwd=ROOT,
            env={**environ, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            start_new_session=True,
        )
    server = ObservedServer(port, process, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        # The whole group: workers outlive a first process that is killed.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=_END_SECONDS)


def _wait_until_ready(server: ObservedServer) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}: {server.log.read_text()}")
        try:
            httpx.get(f"{server.address}/readyz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the server was not ready within {_START_SECONDS} s")
