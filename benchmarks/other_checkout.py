"""Requests/s of this checkout over those of another one, workload by workload: the effect of a change of code.

Both servers run at the same time on the same machine and are loaded in turns. *throughput*: documents repeat, variables
never do; *first request*: each document has a new order of fields; *repeated*: the same body again and again.
Timelines are those of a store, decoded in memory. Not measured: several workers, compression, reading raw files
(`--raw` measures that).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.answers import Contender
from benchmarks.bodies import Same
from benchmarks.comparisons import compare
from benchmarks.load import require_wrk
from benchmarks.over_http import section
from benchmarks.servers import our_server, running
from benchmarks.timeline_rates import compare_timeline_rates
from benchmarks.workloads import SMALL_WORKLOADS, WORKLOADS, Workload, on_dataset
from tables.directory import open_directory

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bodies import Bodies
    from benchmarks.figures import Figure, Section
    from benchmarks.load import Run
    from benchmarks.source import Source

_NAME = "other checkout"
_NOT_SLOWER = 0.95


def measure_other_checkout(checkout: Path, source: Source, run: Run) -> Section:
    """Compare this checkout with another one, which has its own sources and the same installed packages.

    Raises:
        ServerError: A server did not become ready, or ended.
        VoidError: Answers differ, or a round had errors.
    """
    require_wrk()
    dataset = open_directory(source.directory)
    large = on_dataset(WORKLOADS, dataset)
    workloads = (*large, *on_dataset(SMALL_WORKLOADS, dataset))
    program = our_server(source.directory.resolve())
    with ExitStack() as servers:
        ours = servers.enter_context(running(program, logs=run.scratch))
        other = replace(program, name=_NAME, directory=checkout)
        theirs = servers.enter_context(running(other, logs=run.scratch))

        def measure(name: str, workload: Workload, bodies: Bodies) -> list[Figure]:
            contenders = [Contender(ours, bodies), Contender(theirs, bodies)]
            return compare(name, workload, contenders, targets={_NAME: _NOT_SLOWER}, run=run)

        figures: list[Figure] = []
        for workload in workloads:
            figures += measure("throughput", workload, workload.bodies())
        for workload in large:
            figures += measure("first request", workload, workload.new_documents())
        for workload in workloads:
            figures += measure("repeated", workload, Same(workload.bodies().body(1)))
        figures += compare_timeline_rates(checkout, _NAME, _NOT_SLOWER, run)
        return section(source, run, figures, ours=ours)
