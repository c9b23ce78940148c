"""Comparison of our server with others under load, in alternating rounds on the same machine and data.

All servers must give equivalent answers to the first request. Not measured: cold caches (each server has a warm-up
round), several workers.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import equal_answers
from benchmarks.bodies import NUMBERS_PER_ROUND
from benchmarks.figures import TIMES, Figure, ratio
from benchmarks.load import Load, Run, Shape, run_round
from benchmarks.workloads import count_runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.answers import Contender
    from benchmarks.workloads import Workload

_WARM_UP, _WARM_UP_SECONDS = 0, 1


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
    label = f"{measure}, {workload.name}"
    run.progress(f"{label}: comparing the answers")
    answers = equal_answers(contenders, number=NUMBERS_PER_ROUND)  # a number that the warm-up round does not reach

    def loads(number: int, shape: Shape) -> list[Load]:
        found = []
        for each, answer in zip(contenders, answers, strict=True):
            run.progress(f"{label}: {each.server.name}, round {number} of {shape.rounds}")
            found.append(
                run_round(
                    each,
                    round_number=number,
                    expected_bytes=len(answer.content),
                    every_answer=number == _WARM_UP,
                    shape=shape,
                    scratch=run.scratch,
                )
            )
        return found

    loads(_WARM_UP, replace(run.shape, seconds=_WARM_UP_SECONDS))
    ours, *others = zip(*(loads(number, run.shape) for number in range(1, run.shape.rounds + 1)), strict=True)
    rows = count_runs(answers[0].data)
    return [
        _figure(measure, workload, rows, each.server.name, targets[each.server.name], ours, theirs)
        for each, theirs in zip(contenders[1:], others, strict=True)
    ]


def _figure(
    measure: str, workload: Workload, rows: int, peer: str, target: float, ours: Sequence[Load], theirs: Sequence[Load]
) -> Figure:
    our_rates, their_rates = ([load.requests_per_second for load in loads] for loads in (ours, theirs))
    return ratio(
        f"{measure}: {workload.title}",
        our_rates,
        their_rates,
        target=target,
        at_least=True,
        details={
            f"runs {TIMES} fields": f"{rows} {TIMES} {len(workload.fields)}",
            "ours": f"{median(our_rates):,.1f}",
            "peer": peer,
            "theirs": f"{median(their_rates):,.1f}",
        },
        data={"rounds": {"ours": [asdict(load) for load in ours], "theirs": [asdict(load) for load in theirs]}},
    )


def missing(measure: str, workload: Workload, peer: str, target: float) -> Figure:
    """Return the figure of a server that is not available."""
    name = f"{measure}: {workload.title}"
    return Figure(name=name, value=None, unit=TIMES, target=target, at_least=True, details={"peer": peer})
