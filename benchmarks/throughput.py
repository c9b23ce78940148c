"""Requests/s of our server beside the stock one, in turns: ours, stock, ours, stock, ... on the same machine and rows.

Both answer the same body first, and a difference ends the benchmark. Left out: cold caches (one warm-up round each),
several workers, answers asked before, anything but the three workloads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import Answer, ask_alike
from benchmarks.load import Load, Shape, run_round
from benchmarks.workloads import count_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

_WARM_UP_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Throughput:
    """One workload's rounds.

    Args:
        workload: What was asked.
        rows: The runs in an answer.
        answer_bytes: The length of our answer's body.
        ours: Our rounds.
        stock: The stock server's rounds, each measured right after ours of the same place.
    """

    workload: Workload
    rows: int
    answer_bytes: int
    ours: tuple[Load, ...]
    stock: tuple[Load, ...]

    @property
    def ours_per_second(self) -> float:
        """Our requests/s, median of the rounds."""
        return median(load.requests_per_second for load in self.ours)

    @property
    def stock_per_second(self) -> float:
        """The stock server's requests/s, median of the rounds."""
        return median(load.requests_per_second for load in self.stock)

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours over stock, round by round."""
        pairs = zip(self.ours, self.stock, strict=True)
        return tuple(ours.requests_per_second / stock.requests_per_second for ours, stock in pairs)

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)


def measure_throughput(
    ours: Server,
    stock: Server,
    workload: Workload,
    *,
    shape: Shape,
    scratch: Path,
    progress: Callable[[str], None],
) -> Throughput:
    """Compare the answers of both servers, warm both up, then measure them in turns.

    Args:
        ours: Our server, ready.
        stock: The stock server, ready.
        workload: What to ask.
        shape: How many rounds, for how long, over how many connections.
        scratch: A directory for wrk's script.
        progress: Is told what comes next.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    progress(f"{workload.name}: comparing the answers")
    answers = ask_alike((ours, stock), workload, number=1)

    def loaded(server: Server, answer: Answer, round_number: int, shape: Shape) -> Load:
        progress(f"{workload.name}: {server.name}, round {round_number} of {shape.rounds}")
        return run_round(
            server,
            workload,
            round_number=round_number,
            expected_bytes=answer.size,
            shape=shape,
            scratch=scratch,
        )

    pairs = tuple(zip((ours, stock), answers, strict=True))
    warm_up = replace(shape, seconds=_WARM_UP_SECONDS)
    for server, answer in pairs:
        loaded(server, answer, 0, warm_up)
    numbers = range(1, shape.rounds + 1)
    measured = [[loaded(server, answer, number, shape) for server, answer in pairs] for number in numbers]
    our_loads, stock_loads = zip(*measured, strict=True)
    return Throughput(workload, count_runs(answers[0].data), answers[0].size, our_loads, stock_loads)
