"""`server.py serve` stops cleanly, soon and without a traceback, at whatever moment a signal arrives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_START_SECONDS = 60
# The grace period, 10 s, is for requests in hand, and there are none.
_END_SECONDS = 10
# Workers, and seconds after an event. Workers start after "listening"; their imports and tables take a second or more.
MOMENTS = [
    (1, "handlers", 0.0),
    (1, "handlers", 0.4),
    (1, "listening", 0.0),
    (1, "serving", 0.2),
    (2, "handlers", 0.3),
    (2, "listening", 0.0),
    (2, "listening", 0.3),
    (2, "listening", 1.2),
    (2, "serving", 0.0),
    (2, "serving", 0.5),
]


@contextmanager
def _starting(log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server as the leader of a process group, as a shell does."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own server
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True
        )
    try:
        yield process
    finally:
        if _group(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=_END_SECONDS)


def _group(group: int) -> list[str]:
    """Return the processes of a group, except for zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            found.append((stat.parent / "cmdline").read_text().replace("\0", " "))
    return found


def _left_of(group: int) -> list[str]:
    """Return the remaining processes of a group; a helper of multiprocessing exits shortly after the others."""
    deadline = time.monotonic() + 5
    while (left := _group(group)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def _wait_for(process: subprocess.Popen[bytes], log: Path, event: str, workers: int) -> None:
    """Wait until the process handles signals, listens, or serves with all its workers."""
    said, times = {
        "listening": ('"event":"listening"', 1),
        "serving": ("Application startup complete", workers),
        "handlers": ("", 0),
    }[event]
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if event == "handlers":
            status = (Path("/proc") / str(process.pid) / "status").read_text()
            caught = int(status.partition("SigCgt:")[2].split()[0], 16)
            if caught & 1 << signal.SIGTERM - 1:  # Python itself catches SIGINT alone
                return
        elif log.read_text().count(said) >= times:
            return
        time.sleep(0.01)
    raise AssertionError(log.read_text())


@pytest.mark.parametrize(("workers", "event", "seconds"), MOMENTS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_server_at_any_moment(
    tmp_path: Path, workers: int, event: str, seconds: float, number: signal.Signals
) -> None:
    """Ctrl-C reaches all processes, SIGTERM the first: exit code 0, no process left, only log lines."""
    log = tmp_path / "log"
    serve = (sys.executable, "server.py", "serve", "--source", "sample", "--port", "0", "--workers", str(workers))
    with _starting(log, *serve) as process:
        _wait_for(process, log, event, workers)
        time.sleep(seconds)
        began = time.monotonic()
        if number == signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)

        assert process.wait(timeout=_END_SECONDS + 10) == 0, log.read_text()
        assert time.monotonic() - began < _END_SECONDS, log.read_text()
        assert _left_of(process.pid) == []
    assert all(line.startswith("{") for line in log.read_text().splitlines()), log.read_text()
    assert '"level":"error"' not in log.read_text()
