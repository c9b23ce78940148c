"""HTTP load by wrk: one thread, answers checked by their length.

The warm-up round checks every answer: its length if all answers have the same, else that it has no errors. Measured
rounds check the status and the total bytes only: wrk copies each answer that its Lua code receives, and would become
slower than a fast server with answers of some 100 kB.

Not measured: latency at a fixed rate (wrk sends the next request when an answer is complete). Client and server share
the cores of the machine; this is the same for every server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.answers import VoidError
from benchmarks.servers import cpu_seconds, is_ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.answers import Contender

_SCRIPT = Path(__file__).with_name("load.lua")
_PAUSE_SECONDS = 0.05
_HEAD_BYTES = 1_000  # upper bound of a status line and headers
_SAMPLE_TOLERANCE = 0.15
_PROBLEMS = ("wrong_answers", "non_2xx", "connect_errors", "read_errors", "write_errors", "timeouts")


@dataclass(frozen=True, slots=True)
class Shape:
    """Shape of the load.

    Args:
        rounds: Rounds of each server and workload.
        seconds: Duration of a round; wrk takes whole seconds.
        connections: Connections, each with one request in flight.
        encoding: Accepted content encoding.
        keep_alive: Whether a connection carries many requests; else each request has a new one.
    """

    rounds: int
    seconds: int
    connections: int
    encoding: str = "identity"
    keep_alive: bool = True

    def headers(self) -> dict[str, str]:
        """Return the request headers."""
        headers = {} if self.encoding == "identity" else {"Accept-Encoding": self.encoding}
        return headers if self.keep_alive else headers | {"Connection": "close"}


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
    cpu_us: float = 0.0  # CPU time of the server per request

    @property
    def requests_per_second(self) -> float:
        """Complete answers per second."""
        return self.requests * 1e6 / self.microseconds

    def problems(self, expected: Lengths, *, connections: int) -> dict[str, int]:
        """Return the counts that make the round void, by name.

        Args:
            expected: Lengths of right answers.
            connections: Each may have an incomplete answer at the end of the round.
        """
        found = {name: count for name, count in asdict(self).items() if name in _PROBLEMS and count}
        least = self.requests * expected.mean * (1 - expected.tolerance)
        most = (self.requests + connections) * (expected.mean * (1 + expected.tolerance) + _HEAD_BYTES)
        if not least <= self.bytes <= most or not self.requests:
            found["bytes"] = self.bytes
        return found


@dataclass(frozen=True, slots=True)
class Lengths:
    """Lengths of answers to a sample of the requests, in bytes as sent."""

    sample: tuple[int, ...]

    @property
    def mean(self) -> float:
        """Mean of the sample."""
        return sum(self.sample) / len(self.sample)

    @property
    def same(self) -> int | None:
        """The length, if all are the same."""
        return self.sample[0] if len(set(self.sample)) == 1 else None

    @property
    def tolerance(self) -> float:
        """Relative difference of the mean of a round that the choice of the sample explains."""
        return 0.0 if self.same is not None else _SAMPLE_TOLERANCE


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
    contender: Contender, *, round_number: int, expected: Lengths, every_answer: bool, shape: Shape, scratch: Path
) -> Load:
    """Load one server for a round, then wait until it has finished the remaining requests.

    Args:
        contender: The server and the bodies.
        round_number: Different in each call for the same bodies, so that no number repeats.
        expected: Lengths of right answers.
        every_answer: Whether to check each answer, which slows the client down.
        shape: Duration, connections and headers.
        scratch: A directory for the script.

    Raises:
        VoidError: A connection failed, or an answer was not a 2xx or had another length.
    """
    server = contender.server
    bodies = contender.bodies.lua(round_number=round_number, seconds=shape.seconds, scratch=scratch)
    script = scratch / "load.lua"
    headers = ", ".join(f'["{name}"] = "{value}"' for name, value in shape.headers().items())
    # A compressed answer may differ in length from one request to the next, and cannot be searched for errors.
    checked = every_answer and shape.encoding == "identity"
    constants = f"EXPECTED = {expected.same or 'nil'}\nEVERY_ANSWER = {'true' if checked else 'false'}\n"
    script.write_text(f"{constants}HEADERS = {{{headers}}}\n{bodies}{_SCRIPT.read_text()}")
    command = [
        require_wrk(),
        *("--threads", "1", "--connections", str(shape.connections), "--duration", f"{shape.seconds}s"),
        *("--timeout", "10s", "--script", str(script), server.url),
    ]
    before = cpu_seconds(server.pid)
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    cpu = cpu_seconds(server.pid) - before
    if finished.returncode != 0:
        raise VoidError(f"wrk failed: {finished.stdout}{finished.stderr}")
    load = Load(**json.loads(finished.stdout.splitlines()[-1]))
    load = replace(load, cpu_us=cpu * 1e6 / max(load.requests, 1))
    if problems := load.problems(expected, connections=shape.connections):
        raise VoidError(f"{server.name}, {load.requests} requests of {expected.mean:,.0f} bytes: {problems}")
    # When wrk disconnects, each connection may have a request in flight, which must not slow down the next round.
    for _ in range(2):
        if not is_ready(server):
            raise VoidError(f"{server.name} is no longer ready")
        time.sleep(_PAUSE_SECONDS)
    return load
