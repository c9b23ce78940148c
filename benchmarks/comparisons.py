"""Our server beside others in turns, ours, theirs, ours, theirs, ..., on the same machine, rows and questions.

All answer the first question alike, or the benchmark ends. A ratio is of two rounds that follow each other, because the
machine is not as fast at one time as at another. Left out: cold caches (one warm-up round each), several workers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import Asked, ask_alike
from benchmarks.bodies import NUMBERS_PER_ROUND
from benchmarks.load import Load, Shape, run_round
from benchmarks.workloads import count_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.workloads import Workload

_WARM_UP, _WARM_UP_SECONDS = 0, 1


@dataclass(frozen=True, slots=True)
class Run:
    """How the load is made, the same for every comparison.

    Args:
        shape: How many rounds, for how long, over how many connections.
        scratch: A directory for what wrk reads.
        progress: Is told what comes next.
    """

    shape: Shape
    scratch: Path
    progress: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured.

    Args:
        name: A short name, for the JSON.
        title: What it is, for the table; nothing for the plain throughput.
        workload: What is asked.
    """

    name: str
    title: str
    workload: Workload


@dataclass(frozen=True, slots=True)
class Missing:
    """A comparison that could not be made because there is no such server here.

    Args:
        measure: What would have been measured.
        peer: The server.
        target: The ratio that was to be reached.
    """

    measure: Measure
    peer: str
    target: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rounds of our server and of one other.

    Args:
        measure: What was measured.
        peer: The other server.
        target: The ratio to reach.
        rows: The runs in an answer.
        answer_bytes: The length of our answer's body.
        peer_bytes: The length of the other's.
        ours: Our rounds.
        theirs: The other's rounds, each in the same turn as ours of the same place.
    """

    measure: Measure
    peer: str
    target: float
    rows: int
    answer_bytes: int
    peer_bytes: int
    ours: tuple[Load, ...]
    theirs: tuple[Load, ...]

    @property
    def ours_per_second(self) -> float:
        """Our requests/s, median of the rounds."""
        return median(load.requests_per_second for load in self.ours)

    @property
    def theirs_per_second(self) -> float:
        """The other's requests/s, median of the rounds."""
        return median(load.requests_per_second for load in self.theirs)

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours over theirs, round by round."""
        pairs = zip(self.ours, self.theirs, strict=True)
        return tuple(ours.requests_per_second / theirs.requests_per_second for ours, theirs in pairs)

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(self.ratios)


def compare(
    measure: Measure, asked: Sequence[Asked], *, targets: Mapping[str, float], run: Run
) -> tuple[Comparison, ...]:
    """Compare the answers, warm all up, then measure them in turns.

    Args:
        measure: What is measured.
        asked: Our server, then the others.
        targets: The ratio to reach, by the other's name.
        run: How.

    Returns:
        One comparison for each of the others.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    label = f"{measure.name}, {measure.workload.name}"
    run.progress(f"{label}: comparing the answers")
    answers = ask_alike(asked, number=NUMBERS_PER_ROUND)  # the last of the warm-up round, which never comes to it

    def loaded(number: int, shape: Shape) -> list[Load]:
        loads = []
        for each, answer in zip(asked, answers, strict=True):
            run.progress(f"{label}: {each.server.name}, round {number} of {shape.rounds}")
            loads.append(
                run_round(
                    each,
                    round_number=number,
                    expected_bytes=answer.size,
                    every_answer=number == _WARM_UP,
                    shape=shape,
                    scratch=run.scratch,
                )
            )
        return loads

    loaded(_WARM_UP, replace(run.shape, seconds=_WARM_UP_SECONDS))
    ours, *others = zip(*(loaded(number, run.shape) for number in range(1, run.shape.rounds + 1)), strict=True)
    rows = count_runs(answers[0].data)
    return tuple(
        Comparison(
            measure,
            each.server.name,
            targets[each.server.name],
            rows,
            answers[0].size,
            answer.size,
            ours,
            theirs,
        )
        for each, answer, theirs in zip(asked[1:], answers[1:], others, strict=True)
    )
