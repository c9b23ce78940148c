"""Time and memory that a server process takes for a request, and the waiting time of another client meanwhile."""

from __future__ import annotations

import math
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from tests.web.http_requests import ANSWER, TYPENAME, post

if TYPE_CHECKING:
    from tests.web.observed_server import ObservedServer

READS_PROC = Path("/proc/self/clear_refs").exists() and Path("/proc/self/schedstat").exists()
_SECONDS = 10  # to wait for any response
_LONGEST_RESPONSE = 65_536


@dataclass(frozen=True)
class Observation:
    """A request and its effects on the server.

    Args:
        response: The response.
        milliseconds: CPU time of the server's event loop from the request to the end of the response. The response
            takes as long on a quiet machine, and longer on a busy one.
        mib: Peak of resident memory above the resident memory before, in MiB.
        longest_wait: Longest time that another client waited for a tiny answer meanwhile, in milliseconds; infinite
            without an answer.
    """

    response: httpx.Response = field(repr=False)
    milliseconds: float
    mib: float
    longest_wait: float

    def within(self, *, milliseconds: float, mib: float, longest_wait: float) -> bool:
        """Return whether all figures are below these."""
        return self.milliseconds < milliseconds and self.mib < mib and self.longest_wait < longest_wait


def observe(server: ObservedServer, request: httpx.Request) -> Observation:
    """Send a request while another client queries the server continuously.

    Args:
        server: The server.
        request: The request; its response must be short.
    """
    other = _OtherClient(server.address)
    with httpx.Client(base_url=server.address, timeout=_SECONDS) as client, other:
        post(client, TYPENAME)  # connects
        before = _reset_peak(server.process.pid)
        other.restart()
        start = _loop_milliseconds(server.process.pid)
        response = client.send(request, stream=True)
        # A request that is not refused may have an answer of gigabytes.
        assert int(response.headers["content-length"]) <= _LONGEST_RESPONSE
        response.read()
        milliseconds = _loop_milliseconds(server.process.pid) - start
        longest_wait = other.longest_wait()
        mib = _memory(server.process.pid, "VmHWM") - before
    return Observation(response, milliseconds, mib, longest_wait)


class _OtherClient:
    """A client that queries the server for a tiny answer continuously, over its own connection.

    Args:
        address: URL of the server.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._waits: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._query)

    def __enter__(self) -> None:
        self._thread.start()
        self._next_answer()

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=_SECONDS)

    def restart(self) -> None:
        """Forget all waiting times."""
        self._waits.clear()

    def longest_wait(self) -> float:
        """Return the longest waiting time in milliseconds, that of the pending request included."""
        self._next_answer()
        return max(self._waits)

    def _next_answer(self) -> None:
        answers = len(self._waits)
        while len(self._waits) == answers and self._thread.is_alive():
            time.sleep(0.001)

    def _query(self) -> None:
        with httpx.Client(base_url=self._address, timeout=_SECONDS) as client:
            while not self._ended.is_set():
                start = time.perf_counter()
                try:
                    answered = post(client, TYPENAME).json() == ANSWER
                except httpx.TransportError:
                    answered = False
                self._waits.append(1_000 * (time.perf_counter() - start) if answered else math.inf)


def _loop_milliseconds(process: int) -> float:
    """Return the CPU time of the main thread of a process."""
    return int((Path("/proc") / str(process) / "schedstat").read_text(encoding="ascii").split()[0]) / 1e6


def _reset_peak(process: int) -> float:
    """Set the peak of resident memory to the resident memory, and return that in MiB."""
    (Path("/proc") / str(process) / "clear_refs").write_text("5", encoding="ascii")
    return _memory(process, "VmRSS")


def _memory(process: int, name: str) -> float:
    """Return a figure of `/proc/PID/status` in MiB."""
    status = (Path("/proc") / str(process) / "status").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    assert found
    return int(found[1]) / 1_024
