"""A real server process, started as by its users."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
_START_SECONDS = 60


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(*arguments: str, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Run `server.py serve` with these arguments; yield its URL."""
    port = free_port()
    command = [sys.executable, "server.py", "serve", "--port", str(port), *arguments]
    # A file, not a pipe: a full pipe would block the server.
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(  # noqa: S603 - our own server
            command,
            cwd=ROOT,
            env={**_bare_environment(), **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=log,
            text=True,
        )
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def run_server(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `server.py` with these arguments until it exits."""
    return subprocess.run(  # noqa: S603 - our own server
        [sys.executable, "server.py", *arguments],
        cwd=ROOT,
        env={**_bare_environment(), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _bare_environment() -> dict[str, str]:
    """Return this environment without variables that select a dataset or colours."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MLENERGY_", "HF_"))}
    return {**inherited, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "120"}


def _wait_until_ready(process: subprocess.Popen[str], address: str, log: IO[str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            log.seek(0)
            raise RuntimeError(f"the server ended with {process.returncode}: {log.read()}")
        try:
            if httpx.get(f"{address}/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the server was not ready within {_START_SECONDS} s")
