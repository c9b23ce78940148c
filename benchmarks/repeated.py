"""Requests/s where the same body comes again and again, beside a bare server that has the answer's bytes at hand.

What is left of the ratio is the price of being more than that: limits, headers, logs, looking the answer up. Left out:
GET with an ETag, which a client or a CDN answers without asking at all; compression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.answers import Asked, ask
from benchmarks.bodies import Same
from benchmarks.comparisons import Comparison, Measure, Run, compare
from benchmarks.ready_bytes import keep_answer
from benchmarks.servers import ready_bytes_server, running

if TYPE_CHECKING:
    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

TARGET = 0.7


def measure_repeated(workloads: tuple[Workload, ...], *, ours: Server, run: Run) -> tuple[Comparison, ...]:
    """Keep our answers, serve them bare, and measure each beside our server.

    Args:
        workloads: What is asked.
        ours: Our server.
        run: How.

    Raises:
        ServerError: The bare server did not become ready.
        VoidError: A round had errors.
    """
    directory = run.scratch / "ready-bytes"
    directory.mkdir()
    bodies = {workload.name: Same(workload.bodies().body(1)) for workload in workloads}
    for name, same in bodies.items():
        keep_answer(directory, name, asked=same.text, answer=ask(ours, same.text).content)
    with running(ready_bytes_server(directory), logs=run.scratch) as bare:
        return tuple(
            comparison
            for workload in workloads
            for comparison in compare(
                Measure("repeated", "the same again: ", workload),
                [Asked(server, bodies[workload.name]) for server in (ours, bare)],
                targets={bare.name: TARGET},
                run=run,
            )
        )
