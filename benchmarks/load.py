"""HTTP load by wrk: one thread, a few connections, answers checked by their length.

The warm-up round checks every answer. Measured rounds check the status and the total bytes only: wrk copies each answer
that its Lua code receives, and would become slower than a fast server with answers of some 100 kB.

Not measured: latency at a fixed rate (wrk sends the next request when an answer is complete), new connections,
compression. Client and server share the cores of the machine; this is the same for every server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.answers import VoidError
from benchmarks.servers import is_ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.answers import Contender

_SCRIPT = Path(__file__).with_name("load.lua")
_PAUSE_SECONDS = 0.05
_HEAD_BYTES = 1_000  # upper bound of a status line and headers
_PROBLEMS = ("wrong_answers", "non_2xx", "connect_errors", "read_errors", "write_errors", "timeouts")


@dataclass(frozen=True, slots=True)
class Shape:
    """Shape of the load.

    Args:
        rounds: Rounds of each server and workload.
        seconds: Duration of a round; wrk takes whole seconds.
        connections: Keep-alive connections, each with one request in flight.
    """

    rounds: int
    seconds: int
    connections: int


@dataclass(frozen=True, slots=True)
class Run:
    """Settings of a run of the benchmark.

    Args:
        shape: Shape of the load.
        scratch: A temporary directory.
        progress: Prints the next step.
    """

    shape: Shape
    scratch: Path
    progress: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Load:
    """Counts of wrk in one round; times in microseconds."""

    microseconds: int
    requests: int
    bytes: int
    p50_us: float
    p99_us: float
    wrong_answers: int
    non_2xx: int
    connect_errors: int
    read_errors: int
    write_errors: int
    timeouts: int

    @property
    def requests_per_second(self) -> float:
        """Complete answers per second."""
        return self.requests * 1e6 / self.microseconds

    def problems(self, *, expected_bytes: int, connections: int) -> dict[str, int]:
        """Return the counts that make the round void, by name.

        Args:
            expected_bytes: Length of the right answer's body.
            connections: Each may have an incomplete answer at the end of the round.
        """
        found = {name: count for name, count in asdict(self).items() if name in _PROBLEMS and count}
        most = (self.requests + connections) * (expected_bytes + _HEAD_BYTES)
        if not self.requests * expected_bytes <= self.bytes <= most or not self.requests:
            found["bytes"] = self.bytes
        return found


def require_wrk() -> str:
    """Return the path of wrk; as root on Debian, install it if it is missing.

    Raises:
        VoidError: wrk is missing and cannot be installed.
    """
    if shutil.which("wrk") is None and os.geteuid() == 0 and (apt := shutil.which("apt-get")) is not None:
        subprocess.run([apt, "install", "--yes", "--quiet", "wrk"], check=False)
    path = shutil.which("wrk")
    if path is None:
        raise VoidError("wrk is not installed; on Debian and Ubuntu: apt-get install wrk")
    return path


def run_round(
    contender: Contender, *, round_number: int, expected_bytes: int, every_answer: bool, shape: Shape, scratch: Path
) -> Load:
    """Load one server for a round, then wait until it has finished the remaining requests.

    Args:
        contender: The server and the bodies.
        round_number: Different in each call for the same bodies, so that no number repeats.
        expected_bytes: Length of the right answer's body.
        every_answer: Whether to check the length of each answer, which slows the client down.
        shape: Duration and connections.
        scratch: A directory for the script.

    Raises:
        VoidError: A connection failed, or an answer was not a 2xx or had another length.
    """
    server = contender.server
    bodies = contender.bodies.lua(round_number=round_number, seconds=shape.seconds, scratch=scratch)
    script = scratch / "load.lua"
    constants = f"EXPECTED = {expected_bytes}\nEVERY_ANSWER = {'true' if every_answer else 'false'}\n"
    script.write_text(constants + bodies + _SCRIPT.read_text())
    command = [
        require_wrk(),
        *("--threads", "1", "--connections", str(shape.connections), "--duration", f"{shape.seconds}s"),
        *("--timeout", "10s", "--script", str(script), server.url),
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise VoidError(f"wrk failed: {finished.stdout}{finished.stderr}")
    load = Load(**json.loads(finished.stdout.splitlines()[-1]))
    if problems := load.problems(expected_bytes=expected_bytes, connections=shape.connections):
        raise VoidError(f"{server.name}, {load.requests} requests of {expected_bytes} bytes: {problems}")
    # When wrk disconnects, each connection may have a request in flight, which must not slow down the next round.
    for _ in range(2):
        if not is_ready(server):
            raise VoidError(f"{server.name} is no longer ready")
        time.sleep(_PAUSE_SECONDS)
    return load
