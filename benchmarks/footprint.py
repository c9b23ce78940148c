"""Start time and memory of our server.

Not measured: pulling an image or a dataset, the first start after a change of code (Python compiles it), a cold page
cache, raw files, memory under load (noted below the table of requests/s).
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.answers import request
from benchmarks.figures import Figure, Section
from benchmarks.servers import our_server, resident_megabytes, running
from benchmarks.workloads import count_runs, whole_dataset

if TYPE_CHECKING:
    from benchmarks.load import Run
    from benchmarks.source import Source

_STARTS = 3
_READY_TARGET_SECONDS = 2.0
_RESIDENT_TARGET_MEGABYTES = 250.0


def measure_footprint(source: Source, run: Run) -> Section:
    """Start the server a few times; request every run and column from the last one, and read its memory.

    Raises:
        ServerError: It did not become ready.
        VoidError: It did not answer.
    """
    ready = []
    for number in range(1, _STARTS + 1):
        run.progress(f"start {number} of {_STARTS}")
        with running(our_server(source.directory), logs=run.scratch) as server:
            ready.append(server.ready_seconds)
            before = resident_megabytes(server.pid)
            if number == _STARTS:
                answer = request(server, whole_dataset())
            after = resident_megabytes(server.pid)
    runs = count_runs(answer.data) + count_runs(answer.data, under="diffusionRuns")
    size = len(answer.content) / 1e6
    return Section(
        "footprint",
        f"Our server on {source.title}",
        f"start: median of {_STARTS}",
        (
            Figure(
                name="from process start to ready",
                value=median(ready),
                unit="s",
                digits=2,
                target=_READY_TARGET_SECONDS,
                data={"seconds": ready},
            ),
            Figure(name="resident when ready", value=before, unit="MB"),
            Figure(
                name=f"resident after one answer with all {runs} runs ({size:.1f} MB)",
                value=after,
                unit="MB",
                target=_RESIDENT_TARGET_MEGABYTES,
            ),
        ),
    )
