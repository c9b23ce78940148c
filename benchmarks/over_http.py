"""All that is measured over HTTP: starts the servers, measures our server beside them, ends them whatever happens."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks import postgraphile, roapi
from benchmarks.answers import Asked
from benchmarks.first_request import measure_first_request
from benchmarks.load import require_wrk
from benchmarks.postgraphile import Postgraphile
from benchmarks.repeated import measure_repeated
from benchmarks.roapi import Roapi
from benchmarks.servers import ServerError, our_server, resident_megabytes, running, stock_server
from benchmarks.throughput import measure_throughput

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    with ExitStack() as servers:
        ours = servers.enter_context(running(our_server(source.directory), logs=run.scratch))
        others = _start_others(servers, source, workloads, run, with_postgraphile=with_postgraphile)
        compared: list[Comparison | Missing] = []
        for workload in workloads:
            asked = tuple(others.asked(workload))
            compared += measure_throughput(workload, ours=ours, others=asked, without=others.without, run=run)
        for workload in workloads:
            compared += measure_first_request(workload, ours=ours, peer=others.roapi, run=run)
        compared += measure_repeated(workloads, ours=ours, run=run)
        return OverHTTP(tuple(compared), others.without, resident_megabytes(ours.pid))


@dataclass(slots=True)
class _Others:
    """The other servers as they run, and why one does not, by its name."""

    stock: Server
    roapi: Roapi | None = None
    postgraphile: Postgraphile | None = None
    without: dict[str, str] = field(default_factory=dict)

    def asked(self, workload: Workload) -> Iterator[Asked]:
        """Yield those that can answer this, with the workload in their words."""
        yield Asked(self.stock, workload.bodies())
        if self.roapi is not None and roapi.answers(workload):
            yield self.roapi.asked(self.roapi.bodies(workload, workload.fields))
        if self.postgraphile is not None and postgraphile.answers(workload):
            yield self.postgraphile.asked(workload)


def _start_others(
    servers: ExitStack, source: Source, workloads: tuple[Workload, ...], run: Run, *, with_postgraphile: bool
) -> _Others:
    """Start the servers that these workloads need; without one that cannot be had, the others are measured."""
    others = _Others(servers.enter_context(running(stock_server(source.directory), logs=run.scratch)))
    stable_only = source.has_unstable_runs()
    if any(map(roapi.answers, workloads)):
        run.progress(f"{roapi.NAME} {roapi.VERSION}, installed if it is not there yet")
        try:
            server = servers.enter_context(running(roapi.roapi_server(source.directory), logs=run.scratch))
            others.roapi = Roapi(server, stable_only)
        except ServerError as error:
            others.without[roapi.NAME] = str(error)
    if with_postgraphile and any(map(postgraphile.answers, workloads)):
        run.progress(f"{postgraphile.NAME} {postgraphile.VERSION}, installed if it is not there yet")
        try:
            server = servers.enter_context(postgraphile.postgraphile(source.directory, logs=run.scratch))
            others.postgraphile = Postgraphile(server, stable_only)
        except ServerError as error:
            others.without[postgraphile.NAME] = str(error)
    return others
