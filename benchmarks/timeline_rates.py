"""Requests/s for timelines of a store whose files are decoded in memory.

*warm*: run, number of points and an undeclared variable change, so that no answer is cached; *repeated*: the same body
again and again. A store is immutable, as a pinned commit is. Not measured: reading and decoding (`raw_files.py`), a
directory, whose files may change.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import Contender, request
from benchmarks.bodies import Bodies, Same, in_turn
from benchmarks.comparisons import compare, measure_rounds
from benchmarks.figures import Figure, Section
from benchmarks.ready_bytes import add_answer
from benchmarks.servers import our_server, ready_bytes_server, running
from benchmarks.source import run_python
from benchmarks.workloads import Workload
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.load import Run
    from benchmarks.servers import Program

_SAMPLE_RUNS = 60
_POINTS = range(100, 1100, 100)
_REPEATED_TARGET = 0.7
_WORKLOAD = Workload(
    name="timeline",
    title="timeline of 100 to 1,000 points",
    signature="$id: ID!, $points: Int!",
    selection="llmRun(id: $id) { timeline(maxPoints: $points) { RUN } }",
    fields=("sampleCount", "mean", "energyJoules", "relativeTimeS", "value"),
)


def measure_timeline_rates(run: Run) -> Section:
    """Measure warm timelines, and repeated ones compared with a bare server that holds the answer's bytes.

    Raises:
        ServerError: A server did not become ready, or ended.
        VoidError: An answer is wrong, or a round had errors.
    """
    program, bodies = served_timelines(run.scratch)
    same = Same(bodies.body(1))
    answers = run.scratch / "ready-timeline"
    answers.mkdir()
    with running(program, logs=run.scratch) as ours:
        rounds = measure_rounds("warm, timeline", [Contender(ours, bodies)], run)
        rates = [load.requests_per_second for load in rounds.loads[0]]
        warm = Figure(
            name=f"warm: {_WORKLOAD.title}",
            value=median(rates),
            unit="requests/s",
            details={"CPU, µs": f"{median(load.cpu_us for load in rounds.loads[0]):,.0f}"},
            data={"rounds": rates},
        )
        add_answer(answers, "timeline", body=same.text, answer=request(ours, same.text).content)
        with running(ready_bytes_server(answers), logs=run.scratch) as bare:
            contenders = [Contender(ours, same), Contender(bare, same)]
            repeated = compare("repeated", _WORKLOAD, contenders, targets={bare.name: _REPEATED_TARGET}, run=run)
    shape = run.shape
    return Section(
        "timelines",
        "Timelines of a store, decoded in memory",
        f"{shape.connections} connections, {shape.rounds} rounds of {shape.seconds} s in turns",
        (warm, *repeated),
    )


def compare_timeline_rates(checkout: Path, name: str, target: float, run: Run) -> Iterator[Figure]:
    """Compare warm and repeated timelines of this checkout with those of another one.

    Raises:
        ServerError: A server did not become ready, or ended.
        VoidError: Answers differ, or a round had errors.
    """
    program, bodies = served_timelines(run.scratch)
    other = replace(program, name=name, directory=checkout)
    measures: dict[str, Bodies] = {"warm": bodies, "repeated": Same(bodies.body(1))}
    with running(program, logs=run.scratch) as ours, running(other, logs=run.scratch) as theirs:
        for measure, each in measures.items():
            contenders = [Contender(ours, each), Contender(theirs, each)]
            yield from compare(measure, _WORKLOAD, contenders, targets={name: target}, run=run)


def served_timelines(scratch: Path) -> tuple[Program, Bodies]:
    """Write a sample and its store; return a server of both, and the requests."""
    sample, store = scratch / "timelines", scratch / "timeline-store"
    run_python("server.py", "sample", str(sample), "--runs", str(_SAMPLE_RUNS))
    run_python("server.py", "ingest", "--source", str(sample), "--out", str(store), "--processes", "1")
    ids = open_directory(sample).runs["llm"].columns["id"].to_pylist()
    # Both change from one request to the next, so that any few requests are representative.
    pairs = zip(ids * len(_POINTS), list(_POINTS) * len(ids), strict=True)
    texts = [replace(_WORKLOAD, variables={"id": run, "points": points}) for run, points in pairs]
    return our_server(sample, "--timeline-store", str(store)), in_turn(each.bodies() for each in texts)
