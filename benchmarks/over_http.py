"""Requests/s of our server over HTTP, compared with stock Strawberry, ROAPI, PostGraphile and a bare server.

- *throughput*: the document repeats, its variables never do.
- *first request*: each document has a new order of fields, and is parsed, validated and compiled. Compared with ROAPI.
- *repeated*: the same body again and again, compared with a bare server that holds the answer's bytes: the price of
  limits, headers, logs and the cache lookup.

Not measured: the first request after a start; GET with an ETag; compression; ROAPI with nested queries and aliases,
which it does not support.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks import postgraphile, roapi
from benchmarks.answers import Contender, request
from benchmarks.bodies import Listed, Same
from benchmarks.comparisons import compare, missing
from benchmarks.figures import Section
from benchmarks.load import require_wrk
from benchmarks.postgraphile import Postgraphile
from benchmarks.ready_bytes import add_answer
from benchmarks.roapi import Roapi
from benchmarks.servers import ServerError, our_server, ready_bytes_server, resident_megabytes, running, stock_server
from benchmarks.workloads import WORKLOADS, on_dataset
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.figures import Figure
    from benchmarks.load import Run
    from benchmarks.servers import Server
    from benchmarks.source import Source
    from benchmarks.workloads import Workload

_FIRST_REQUEST_TARGET = 1.3
_REPEATED_TARGET = 0.7


def measure_over_http(source: Source, names: Sequence[str] | None, run: Run, *, with_postgraphile: bool) -> Section:
    """Start the servers and measure throughput, first requests and repeated requests.

    Args:
        source: The dataset.
        names: Names of the workloads; default: all.
        run: Settings.
        with_postgraphile: Whether to measure PostGraphile.

    Raises:
        ServerError: Our server or the stock server did not become ready, or a server ended.
        VoidError: Answers differ, or a round had errors.
    """
    require_wrk()
    chosen = [each for each in WORKLOADS if not names or each.name in names]
    workloads = on_dataset(chosen, open_directory(source.directory))
    with ExitStack() as servers:
        ours = servers.enter_context(running(our_server(source.directory), logs=run.scratch))
        peers = _start_peers(servers, source, workloads, run, with_postgraphile=with_postgraphile)
        figures: list[Figure] = []
        for workload in workloads:
            figures += _throughput(workload, ours, peers, run)
        for workload in filter(roapi.answers, workloads):
            figures += _first_requests(workload, ours, peers.roapi, run)
        figures += _repeated(workloads, ours, run)
        notes = [f"{name} was not measured: {error}" for name, error in peers.unavailable.items()]
        return section(source, run, figures, notes=notes, ours=ours)


def section(source: Source, run: Run, figures: Iterable[Figure], *, ours: Server, notes: Iterable[str] = ()) -> Section:
    """Return the section of requests/s, with our server's memory after the load."""
    shape = run.shape
    load = f"{shape.connections} connections, {shape.rounds} rounds of {shape.seconds} s in turns"
    memory = f"Our server's resident memory after the load: {resident_megabytes(ours.pid):.0f} MB"
    return Section(
        "over_http",
        f"Requests/s on {source.title}",
        f"{load}; ours over theirs, round by round",
        tuple(figures),
        (*notes, memory),
    )


@dataclass(slots=True)
class _Peers:
    """The other servers that are running."""

    stock: Server
    roapi: Roapi | None = None
    postgraphile: Postgraphile | None = None
    unavailable: dict[str, str] = field(default_factory=dict)  # errors by name of the server

    def contenders(self, workload: Workload) -> Iterator[Contender]:
        """Yield the servers that support a workload."""
        yield Contender(self.stock, workload.bodies())
        if self.roapi is not None and roapi.answers(workload):
            yield self.roapi.contender(self.roapi.bodies(workload, workload.fields))
        if self.postgraphile is not None and postgraphile.answers(workload):
            yield self.postgraphile.contender(workload)


def _start_peers(
    servers: ExitStack, source: Source, workloads: tuple[Workload, ...], run: Run, *, with_postgraphile: bool
) -> _Peers:
    """Start the servers that these workloads need; one that is not available does not stop the others."""
    peers = _Peers(servers.enter_context(running(stock_server(source.directory), logs=run.scratch)))
    stable_only = source.has_unstable_runs()
    if any(map(roapi.answers, workloads)):
        run.progress(f"{roapi.NAME} {roapi.VERSION}, installed unless present")
        try:
            server = servers.enter_context(running(roapi.roapi_server(source.directory), logs=run.scratch))
            peers.roapi = Roapi(server, stable_only)
        except ServerError as error:
            peers.unavailable[roapi.NAME] = str(error)
    if with_postgraphile and any(map(postgraphile.answers, workloads)):
        run.progress(f"{postgraphile.NAME} {postgraphile.VERSION}, installed unless present")
        try:
            server = servers.enter_context(postgraphile.postgraphile(source.directory, logs=run.scratch))
            peers.postgraphile = Postgraphile(server, stable_only)
        except ServerError as error:
            peers.unavailable[postgraphile.NAME] = str(error)
    return peers


def _throughput(workload: Workload, ours: Server, peers: _Peers, run: Run) -> list[Figure]:
    contenders = [Contender(ours, workload.bodies()), *peers.contenders(workload)]
    figures = compare("throughput", workload, contenders, targets=workload.targets, run=run)
    absent = workload.targets.keys() & peers.unavailable
    return [*figures, *(missing("throughput", workload, name, workload.targets[name]) for name in sorted(absent))]


def _first_requests(workload: Workload, ours: Server, peer: Roapi | None, run: Run) -> list[Figure]:
    if peer is None:
        return [missing("first request", workload, roapi.NAME, _FIRST_REQUEST_TARGET)]

    def theirs(number: int) -> bytes:
        return peer.bodies(workload, workload.reordered(number)).body(number)

    contenders = [Contender(ours, workload.new_documents()), peer.contender(Listed(theirs))]
    return compare("first request", workload, contenders, targets={roapi.NAME: _FIRST_REQUEST_TARGET}, run=run)


def _repeated(workloads: tuple[Workload, ...], ours: Server, run: Run) -> Iterator[Figure]:
    answers = run.scratch / "ready-bytes"
    answers.mkdir()
    for workload in workloads:
        body = workload.bodies().body(1)
        add_answer(answers, workload.name, body=body, answer=request(ours, body).content)
    with running(ready_bytes_server(answers), logs=run.scratch) as bare:
        for workload in workloads:
            same = Same(workload.bodies().body(1))
            contenders = [Contender(ours, same), Contender(bare, same)]
            yield from compare("repeated", workload, contenders, targets={bare.name: _REPEATED_TARGET}, run=run)
