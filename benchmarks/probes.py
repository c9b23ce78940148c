"""Observers of a running server: latency of probes on a second connection, CPU time and resident memory."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.servers import HOST, resident_megabytes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.servers import Server

_PROBE_SECONDS = 0.003
_MEMORY_SECONDS = 0.005
_TIMEOUT_SECONDS = 120.0


class Probes:
    """Latency of a cheap request and resident memory of a server, observed in threads.

    Args:
        server: The server.

    Attributes:
        peak_megabytes: Greatest resident memory so far.
    """

    def __init__(self, server: Server) -> None:
        self.peak_megabytes = 0.0
        self._server = server
        self._stopped = threading.Event()
        self._worst_latency = 0.0
        self._worst_memory = 0.0
        self._started: float | None = None  # start of the probe in flight
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._probe, self._read_memory)]

    def start(self) -> None:
        """Begin to observe."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def reset(self) -> None:
        """Forget the figures; a probe in flight counts from now on."""
        with self._lock:
            self._worst_latency = self._worst_memory = 0.0

    def observed(self) -> tuple[float, float]:
        """Return the greatest latency in seconds and resident memory in MB since `reset`, with a probe in flight."""
        memory = resident_megabytes(self._server.pid)
        with self._lock:
            waiting = 0.0 if self._started is None else time.perf_counter() - self._started
            self._worst_memory = max(self._worst_memory, memory)
            return max(self._worst_latency, waiting), self._worst_memory

    def _probe(self) -> None:
        connection = http.client.HTTPConnection(HOST, self._server.port, timeout=_TIMEOUT_SECONDS)
        while not self._stopped.wait(_PROBE_SECONDS):
            self._started = begun = time.perf_counter()
            try:
                connection.request("GET", "/livez")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                connection.close()
            with self._lock:
                self._worst_latency = max(self._worst_latency, time.perf_counter() - begun)
                self._started = None
        connection.close()

    def _read_memory(self) -> None:
        while not self._stopped.wait(_MEMORY_SECONDS):
            memory = resident_megabytes(self._server.pid)
            with self._lock:
                self._worst_memory = max(self._worst_memory, memory)
                self.peak_megabytes = max(self.peak_megabytes, memory)


@contextmanager
def probing(server: Server) -> Iterator[Probes]:
    """Observe a server in the context."""
    probes = Probes(server)
    probes.start()
    try:
        yield probes
    finally:
        probes.stop()


def main_thread_seconds(pid: int) -> float:
    """Return the CPU time of a process' main thread, which runs the event loop."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e9
