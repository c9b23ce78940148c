"""Comparison of our server with others under load, in alternating rounds on the same machine and data.

All servers must give equivalent answers to a sample of the requests. Not measured: cold caches (each server has a
warm-up round), several workers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import equal_answers
from benchmarks.bodies import NUMBERS_PER_ROUND
from benchmarks.figures import TIMES, Figure, ratio
from benchmarks.load import Lengths, Load, Run, Shape, run_round
from benchmarks.workloads import count_runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.answers import Contender
    from benchmarks.workloads import Workload

_WARM_UP, _WARM_UP_SECONDS = 0, 1
_SAMPLE = 12


@dataclass(frozen=True, slots=True)
class Rounds:
    """Equivalent answers of all servers, and the loads of each of them.

    Args:
        runs: Number of runs in each answer of the sample.
        loads: Loads of our server, then of the others, in the order of the rounds.
    """

    runs: tuple[int, ...]
    loads: tuple[tuple[Load, ...], ...]


def compare(
    measure: str, workload: Workload, contenders: Sequence[Contender], *, targets: Mapping[str, float], run: Run
) -> list[Figure]:
    """Compare the answers, warm up all servers, then measure them in alternating rounds.

    Args:
        measure: Name of the measure.
        workload: The workload.
        contenders: Our server, then the others.
        targets: Our requests/s over another server's, by its name.
        run: Settings.

    Returns:
        One figure for each of the other servers.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    rounds = measure_rounds(f"{measure}, {workload.name}", contenders, run)
    peers = enumerate((each.server.name for each in contenders[1:]), start=1)
    return [rate_figure(measure, workload, rounds, place, peer=peer, target=targets[peer]) for place, peer in peers]


def measure_rounds(label: str, contenders: Sequence[Contender], run: Run) -> Rounds:
    """Compare answers to a sample of the requests, warm up all servers, then measure them in alternating rounds.

    Args:
        label: Name for the progress.
        contenders: Our server, then the others.
        run: Settings.

    Raises:
        VoidError: The answers differ, or a round had errors.
    """
    run.progress(f"{label}: comparing the answers")
    # Numbers that the warm-up round does not reach.
    numbers = range(NUMBERS_PER_ROUND - _SAMPLE, NUMBERS_PER_ROUND)
    sample = [equal_answers(contenders, number, encoding=run.shape.encoding) for number in numbers]
    lengths = [Lengths(tuple(answer.sent_bytes for answer in answers)) for answers in zip(*sample, strict=True)]

    def loads(number: int, shape: Shape) -> list[Load]:
        found = []
        for each, expected in zip(contenders, lengths, strict=True):
            run.progress(f"{label}: {each.server.name}, round {number} of {shape.rounds}")
            found.append(
                run_round(
                    each,
                    round_number=number,
                    expected=expected,
                    every_answer=number == _WARM_UP,
                    shape=shape,
                    scratch=run.scratch,
                )
            )
        return found

    loads(_WARM_UP, replace(run.shape, seconds=_WARM_UP_SECONDS))
    measured = [loads(number, run.shape) for number in range(1, run.shape.rounds + 1)]
    return Rounds(tuple(count_runs(ours.data) for ours, *_ in sample), tuple(zip(*measured, strict=True)))


def rate_figure(
    measure: str, workload: Workload, rounds: Rounds, place: int, *, peer: str, target: float | None
) -> Figure:
    """Return our requests/s over those of another server.

    Args:
        measure: Name of the measure.
        workload: The workload.
        rounds: The loads.
        place: Place of the other server among the loads.
        peer: Its name.
        target: Least ratio.
    """
    ours, theirs = rounds.loads[0], rounds.loads[place]
    our_rates, their_rates = ([load.requests_per_second for load in loads] for loads in (ours, theirs))
    our_cpu, their_cpu = (median(load.cpu_us for load in loads) for loads in (ours, theirs))
    least, most = max(1, min(rounds.runs)), max(1, *rounds.runs)  # answers without runs have one object
    return ratio(
        f"{measure}: {workload.title}",
        our_rates,
        their_rates,
        target=target,
        at_least=True,
        details={
            f"rows {TIMES} fields": f"{'' if least == most else f'{least} to '}{most} {TIMES} {len(workload.fields)}",
            "ours": f"{median(our_rates):,.1f}",
            "peer": peer,
            "theirs": f"{median(their_rates):,.1f}",
            "CPU, µs": f"{our_cpu:,.0f} / {their_cpu:,.0f}",
        },
        data={"rounds": {"ours": [asdict(load) for load in ours], "theirs": [asdict(load) for load in theirs]}},
    )


def missing(measure: str, workload: Workload, peer: str, target: float) -> Figure:
    """Return the figure of a server that is not available."""
    name = f"{measure}: {workload.title}"
    return Figure(name=name, value=None, unit=TIMES, target=target, at_least=True, details={"peer": peer})
