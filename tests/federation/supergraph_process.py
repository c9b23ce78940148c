"""`make supergraph` as a process, in the interpreter of the tests and on free ports."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import httpx

from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_SECONDS = 120
_END_SECONDS = 30
_READY = "Ctrl-C ends all."


@dataclass(frozen=True)
class Supergraph:
    """A running supergraph.

    Args:
        text: What it has printed.
        process: Its process, the leader of a group.
    """

    text: str
    process: subprocess.Popen[bytes]

    @property
    def urls(self) -> list[str]:
        """The URLs of the subgraphs, then that of the gateway."""
        return re.findall(r"^(?:  \w+ +|Supergraph, .*: )(http:\S+)$", self.text, re.MULTILINE)

    def example(self) -> dict[str, Any]:
        """Send the printed example, a command of curl, and return the answer."""
        (line,) = [line for line in self.text.splitlines() if line.startswith("  curl ")]
        match shlex.split(line):
            case ["curl", "-s", url, "-H", header, "-d", body]:
                name, _, value = header.partition(": ")
                return _json(httpx.post(url, headers={name: value}, content=body, timeout=60))
        raise AssertionError(f"not the expected command: {line}")

    def ask(self, query: str) -> dict[str, Any]:
        """Send a query to the gateway and return the answer."""
        return _json(httpx.post(self.urls[-1], json={"query": query}, timeout=60))

    def interrupt(self) -> None:
        """Send what Ctrl-C sends, and wait for the end."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=_END_SECONDS)


@contextmanager
def running_supergraph(*flags: str) -> Iterator[Supergraph]:
    """Run `make supergraph` with these flags until it is ready.

    Raises:
        RuntimeError: It ended, with the text that it printed.
    """
    ports = [flag for name in ("port", "papers-port", "server-port") for flag in (f"--{name}", "0")]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - our own Makefile
            make_command(*ports, *flags),
            cwd=ROOT,
            env=_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield Supergraph(_wait_until_ready(process, output), process)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(timeout=_END_SECONDS)


def make_command(*flags: str) -> list[str]:
    """Return the command of `make supergraph`; the interpreter of the tests has the server's packages."""
    make = shutil.which("make")
    assert make
    variables = ("SERVER_READY=", f"VENV={sys.executable}", f"ARGS={shlex.join(flags)}")
    return [make, "--no-print-directory", "supergraph", *variables]


def run_supergraph(
    *flags: str, variables: tuple[str, ...] = (), folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run `make supergraph` in a folder with flags and variables of make that end it."""
    return subprocess.run(  # noqa: S603 - our own Makefile
        [*make_command(*flags), *variables],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _environment() -> dict[str, str]:
    """Return this environment without what an outer make and settings of the server add."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MAKE", "MFLAGS", "ARGS", "MLENERGY_"))
    }


def _wait_until_ready(process: subprocess.Popen[bytes], output: IO[bytes]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        output.seek(0)
        text = output.read().decode()
        if _READY in text:
            return text
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the supergraph is not ready (exit code {process.poll()}): {text}")
        time.sleep(0.1)


def _json(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == httpx.codes.OK, response.text
    answer: dict[str, Any] = response.json()
    return answer
