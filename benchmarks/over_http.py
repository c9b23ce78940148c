"""All that is measured over HTTP: starts the servers, measures our server beside them, ends them whatever happens."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import roapi
from benchmarks.first_request import measure_first_request
from benchmarks.load import require_wrk
from benchmarks.repeated import measure_repeated
from benchmarks.servers import ServerError, our_server, resident_megabytes, running, stock_server
from benchmarks.throughput import measure_throughput

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.comparisons import Comparison, Missing, Run
    from benchmarks.workloads import Workload


@dataclass(frozen=True, slots=True)
class OverHTTP:
    """What was measured over HTTP.

    Args:
        compared: Every comparison, in the order of the table.
        without: Why a server is missing, by its name.
        loaded_megabytes: Our server's resident memory at the end, in MB.
    """

    compared: tuple[Comparison | Missing, ...]
    without: dict[str, str]
    loaded_megabytes: float


def measure_over_http(source: Path, workloads: tuple[Workload, ...], run: Run) -> OverHTTP:
    """Measure throughput, first requests and repeated ones.

    Args:
        source: A dataset directory.
        workloads: What is asked.
        run: How.

    Raises:
        ServerError: Our server or the stock one did not become ready, or any of them ended.
        VoidError: Answers differ, or a round had errors.
    """
    require_wrk()
    without: dict[str, str] = {}
    with ExitStack() as servers:
        ours = servers.enter_context(running(our_server(source), logs=run.scratch))
        stock = servers.enter_context(running(stock_server(source), logs=run.scratch))
        peer = None
        if any(roapi.answers(workload) for workload in workloads):
            run.progress(f"{roapi.NAME} {roapi.VERSION}, installed if it is not there yet")
            try:
                server = servers.enter_context(running(roapi.roapi_server(source), logs=run.scratch))
                peer = roapi.Roapi(server, stable_only=roapi.has_unstable_runs(source))
            except ServerError as error:
                without[roapi.NAME] = str(error)
        compared: list[Comparison | Missing] = []
        for workload in workloads:
            compared += measure_throughput(workload, ours=ours, stock=stock, peer=peer, run=run)
        for workload in workloads:
            compared += measure_first_request(workload, ours=ours, peer=peer, run=run)
        compared += measure_repeated(workloads, ours=ours, run=run)
        return OverHTTP(tuple(compared), without, resident_megabytes(ours.pid))
