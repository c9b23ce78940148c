"""How soon our server is ready, and how much memory it holds once everything was asked for.

Left out: the time of pulling an image or a dataset, the first start after a change of code (Python compiles), a cold
page cache, raw files, memory under load (the report has it after the throughput rounds).
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import ask
from benchmarks.servers import resident_megabytes, running
from benchmarks.workloads import count_runs, whole_dataset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.servers import Program

READY_TARGET_SECONDS = 2.0
RESIDENT_TARGET_MEGABYTES = 250.0


@dataclass(frozen=True, slots=True)
class Footprint:
    """Start and memory of our server.

    Args:
        ready_seconds: For each start, from the process to the first 200 of `/readyz`.
        ready_megabytes: Resident when ready, in MB.
        resident_megabytes: Resident after one request for the whole dataset, in MB.
        runs: The LLM and diffusion runs in that answer.
        answer_bytes: Its length.
    """

    ready_seconds: tuple[float, ...]
    ready_megabytes: float
    resident_megabytes: float
    runs: int
    answer_bytes: int

    @property
    def ready(self) -> float:
        """Seconds until ready, median of the starts."""
        return median(self.ready_seconds)


def measure_footprint(program: Program, *, starts: int, scratch: Path, progress: Callable[[str], None]) -> Footprint:
    """Start the server a few times; ask the last one for every run and column, and read its memory.

    Args:
        program: The server.
        starts: How often to start it.
        scratch: A directory for its log.
        progress: Is told what comes next.

    Raises:
        ServerError: It did not become ready.
        VoidError: It did not answer.
    """
    ready = []
    for number in range(1, starts):
        progress(f"start {number} of {starts}")
        with running(program, logs=scratch) as server:
            ready.append(server.ready_seconds)
    progress(f"start {starts} of {starts}, then the whole dataset")
    with running(program, logs=scratch) as server:
        ready.append(server.ready_seconds)
        before = resident_megabytes(server.pid)
        answer = ask(server, whole_dataset())
        runs = count_runs(answer.data) + count_runs(answer.data, under="diffusionRuns")
        return Footprint(tuple(ready), before, resident_megabytes(server.pid), runs, answer.size)
