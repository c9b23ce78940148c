"""HTTP load by wrk: one thread, a few connections, answers checked by their length.

Each of the warm-up round's answers is checked. Where wrk hands answers to Lua it copies them first, and is then slower
than a fast server is with answers of some 100 kB: measured rounds are checked by their status and all their bytes.

Left out: latency under a fixed rate (wrk sends the next request when an answer is complete), clients that connect
anew, compression. Client and server share the machine's cores, the same for every server.
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
    from benchmarks.answers import Asked
    from benchmarks.servers import Server

_SCRIPT = Path(__file__).with_name("load.lua")
_THREADS = 1
_TIMEOUT_SECONDS = 10
_PAUSE_SECONDS = 0.05
_HEAD_BYTES = 1_000  # no status line and headers here are longer


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of the load.

    Args:
        rounds: Rounds of each server and workload.
        seconds: How long a round lasts; wrk takes whole seconds.
        connections: Kept-alive connections, with one request under way on each.
    """

    rounds: int
    seconds: int
    connections: int


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted in one round; times are in microseconds."""

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
        """Return what makes the round void, by name; nothing where it counts.

        Args:
            expected_bytes: The length of the right answer's body.
            connections: On each of them, an answer may have been under way at the end.
        """
        names = ("wrong_answers", "non_2xx", "connect_errors", "read_errors", "write_errors", "timeouts")
        found = {name: count for name, count in asdict(self).items() if name in names and count}
        most = (self.requests + connections) * (expected_bytes + _HEAD_BYTES)
        if not self.requests * expected_bytes <= self.bytes <= most or not self.requests:
            found["bytes"] = self.bytes
        return found


def require_wrk() -> str:
    """Return the path of wrk; where it is missing, install Debian's package if that is allowed here.

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
    asked: Asked, *, round_number: int, expected_bytes: int, every_answer: bool, shape: Shape, scratch: Path
) -> Load:
    """Load one server, then wait until it has worked off what was left.

    Args:
        asked: The server and the bodies.
        round_number: Different in each call for the same bodies, so that no number comes twice.
        expected_bytes: The length of the right answer's body.
        every_answer: Whether to check each answer's length, at the cost of a slower client.
        shape: For how long and over how many connections.
        scratch: A directory for the script.

    Raises:
        VoidError: An answer was not a 2xx, had another length (errors, missing rows), or a connection failed.
    """
    server = asked.server
    bodies = asked.bodies.lua(round_number=round_number, seconds=shape.seconds, scratch=scratch)
    script = scratch / "load.lua"
    constants = f"EXPECTED = {expected_bytes}\nEVERY_ANSWER = {'true' if every_answer else 'false'}\n"
    script.write_text(constants + bodies + _SCRIPT.read_text())
    command = [
        require_wrk(),
        *("--threads", str(_THREADS), "--connections", str(shape.connections), "--duration", f"{shape.seconds}s"),
        *("--timeout", f"{_TIMEOUT_SECONDS}s", "--script", str(script), server.url),
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise VoidError(f"wrk failed: {finished.stdout}{finished.stderr}")
    load = Load(**json.loads(finished.stdout.splitlines()[-1]))
    if problems := load.problems(expected_bytes=expected_bytes, connections=shape.connections):
        raise VoidError(f"{server.name}, {load.requests} requests of {expected_bytes} bytes: {problems}")
    _settle(server)
    return load


def _settle(server: Server) -> None:
    # When wrk hangs up, a request per connection may be under way; what comes next must not share the cores with it.
    for _ in range(2):
        if not is_ready(server):
            raise VoidError(f"{server.name} is not ready any more")
        time.sleep(_PAUSE_SECONDS)
