"""All that is measured over HTTP: starts the servers, measures our server beside them, ends them whatever happens."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import postgraphile, roapi
from benchmarks.answers import Asked
from benchmarks.first_request import measure_first_request
from benchmarks.load import require_wrk
from benchmarks.repeated import measure_repeated
from benchmarks.servers import ServerError, our_server, resident_megabytes, running, stock_server
from benchmarks.throughput import measure_throughput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from benchmarks.comparisons import Comparison, Missing, Run
    from benchmarks.servers import Server
    from benchmarks.source import Source
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


def measure_over_http(
    source: Source, workloads: tuple[Workload, ...], run: Run, *, with_postgraphile: bool
) -> OverHTTP:
    """Measure throughput, first requests and repeated ones.

    Args:
        source: The dataset.
        workloads: What is asked.
        run: How.
        with_postgraphile: Whether PostGraphile takes part.

    Raises:
        ServerError: Our server or the stock one did not become ready, or any of them ended.
        VoidError: Answers differ, or a round had errors.
    """
    require_wrk()
    without: dict[str, str] = {}
    stable_only = source.has_unstable_runs()
    with ExitStack() as servers:

        def started(name: str, program: Callable[[], AbstractContextManager[Server]]) -> Server | None:
            run.progress(f"{name}, installed if it is not there yet")
            try:
                return servers.enter_context(program())
            except ServerError as error:
                without[name] = str(error)
                return None

        ours = servers.enter_context(running(our_server(source.directory), logs=run.scratch))
        stock = servers.enter_context(running(stock_server(source.directory), logs=run.scratch))
        peer = sql = None
        if any(map(roapi.answers, workloads)):
            server = started(roapi.NAME, lambda: running(roapi.roapi_server(source.directory), logs=run.scratch))
            peer = roapi.Roapi(server, stable_only=stable_only) if server is not None else None
        if with_postgraphile and any(map(postgraphile.answers, workloads)):
            sql = started(postgraphile.NAME, lambda: postgraphile.postgraphile(source.directory, logs=run.scratch))

        def others(workload: Workload) -> Iterator[Asked]:
            yield Asked(stock, workload.bodies())
            if peer is not None and roapi.answers(workload):
                yield peer.asked(peer.bodies(workload, workload.fields))
            if sql is not None and postgraphile.answers(workload):
                yield postgraphile.asked(workload, sql, stable_only=stable_only)

        compared: list[Comparison | Missing] = []
        for workload in workloads:
            compared += measure_throughput(
                workload, ours=ours, others=tuple(others(workload)), without=without, run=run
            )
        for workload in workloads:
            compared += measure_first_request(workload, ours=ours, peer=peer, run=run)
        compared += measure_repeated(workloads, ours=ours, run=run)
        return OverHTTP(tuple(compared), without, resident_megabytes(ours.pid))
