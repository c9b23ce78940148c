"""Search for the worst accepted query per kind of field, over HTTP against one server process.

Queries are drawn at random and changed at random. The server states the cost of each without executing it, and the
search climbs towards the limit. Then the most expensive queries are executed and changed further, towards a longer
blocking of the event loop. Not measured: several requests at once, raw files, a remote client.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import replace
from random import Random
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.drawn_arguments import values_of
from benchmarks.drawn_query import as_request
from benchmarks.figures import Figure, Section
from benchmarks.mutations import Mutations
from benchmarks.probes import probing
from benchmarks.query_drawer import Drawer
from benchmarks.servers import our_server, running
from benchmarks.worst_client import ENCODINGS, Query, WorstClient
from benchmarks.worst_report import markdown, worst, write_queries
from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.drawn_query import Selected
    from benchmarks.load import Run
    from benchmarks.source import Source
    from benchmarks.worst_client import Executed

_MAX_SECONDS = 480.0
_ROWS = 2_000
_EMPTY = 0.2  # share of filters that select nothing, which some fields explain
_EXECUTED = 0.5  # share of the queries; the others only state their cost
_DRAWN = 0.3  # share of those that are drawn, not changed
_POOL = 8
_SHOWN = 10
_MAX_CONFIRMED = 40
_REPEATS = 3
_BLOCKING_TARGET_MS = 300.0
_ANSWER_TARGET_MB = 32 * 2**20 / 1e6
_RESIDENT_TARGET_MB = 600.0


def measure_worst(source: Source, run: Run, *, seed: int, queries: int) -> Section:
    """Search with a number of queries, divided among the kinds of fields.

    Raises:
        ServerError: The server did not start, or ended.
        VoidError: The server did not answer.
    """
    run.progress(f"search for the worst query: {queries} queries, seed {seed}")
    drawer = _drawer(source.directory, seed)
    deadline = time.perf_counter() + _MAX_SECONDS
    executed: list[Executed] = []
    with running(our_server(source.directory), logs=run.scratch) as server, probing(server) as probes:
        client = WorstClient(server, probes)
        kinds = [*drawer.kinds]
        for number, kind in enumerate(kinds):
            left = len(kinds) - number
            share = (deadline - time.perf_counter()) / left
            executed += _Search(kind, drawer, client).run(-(-(queries - client.sent) // left), seconds=share)
        _confirm_worst(executed, client)
    largest, peak = max(each.megabytes for each in executed), probes.peak_megabytes
    blocking = max(each.blocking_ms for each in executed)
    return Section(
        "worst",
        f"Worst accepted queries on {source.title}",
        f"seed {seed}, {client.sent} requests, {client.refused} refused, {len(executed)} executed",
        (
            _figure("event loop blocked by one query", blocking, "ms", _BLOCKING_TARGET_MS),
            _figure("largest answer", largest, "MB", _ANSWER_TARGET_MB),
            _figure("resident memory, peak", peak, "MB", _RESIDENT_TARGET_MB),
            _figure("faults of the server", len(client.faults), "", 0),
        ),
        (
            *markdown(executed),
            *(f"Fault {code}: {text}" for code, text in client.faults.items()),
            f"Whole queries: {write_queries(executed, seed=seed)}",
        ),
    )


def _drawer(directory: Path, seed: int) -> Drawer:
    dataset = open_directory(directory)
    random = Random(seed)  # noqa: S311 - a benchmark
    drawer = Drawer(core_schema(build_schema()), dataset, values_of(dataset), random, rows=_ROWS)
    drawer.arguments.empty_share = _EMPTY
    return drawer


def _figure(name: str, value: float, unit: str, target: float) -> Figure:
    return Figure(name=name, value=value, unit=unit, digits=1 if unit == "MB" else 0, target=target)


def _confirm_worst(executed: list[Executed], client: WorstClient) -> None:
    """Execute the ten worst again, until they are the worst in the median of several executions."""
    confirmed: set[Query] = set()
    for _ in range(_MAX_CONFIRMED):
        doubtful = [each for each in worst(executed, "blocking")[:_SHOWN] if each.query not in confirmed]
        if not doubtful:
            break
        confirmed.add(doubtful[0].query)
        executed[executed.index(doubtful[0])] = _confirmed(doubtful[0], client)


def _confirmed(executed: Executed, client: WorstClient) -> Executed:
    """Execute a query a few more times, and return the median of its figures."""
    again = [executed]
    for number in range(1, _REPEATS + 1):
        repeated = client.execute(_repeated(executed.query, number))
        again += [repeated] if repeated else []
    blocking, cpu = (median(getattr(each, name) for each in again) for name in ("blocking_ms", "cpu_ms"))
    return replace(executed, blocking_ms=blocking, cpu_ms=cpu)


def _repeated(query: Query, number: int) -> Query:
    """Return the query with a comment, which makes it another document, so that its answer is not cached."""
    return replace(query, text=f"{query.text}#{number}")


def _worth(executed: Executed) -> float:
    """Return how near a query is to the targets. CPU time is steadier than blocking."""
    return max(executed.cpu_ms / _BLOCKING_TARGET_MS, executed.megabytes / _ANSWER_TARGET_MB)


class _Search:
    """Search for one kind of field.

    Args:
        kind: The kind.
        drawer: Draws queries.
        client: Sends them.
    """

    def __init__(self, kind: str, drawer: Drawer, client: WorstClient) -> None:
        self._kind = kind
        self._drawer = drawer
        self._mutations = Mutations(drawer)
        self._client = client
        self._number = 0
        self._pool: list[tuple[float, int, list[Selected]]] = []  # a heap: the best so far

    def run(self, queries: int, *, seconds: float) -> Iterator[Executed]:
        """Send some queries; yield those that were executed.

        Args:
            queries: Number of queries; at least a few are executed.
            seconds: Time after which no more are sent.
        """
        deadline = time.perf_counter() + seconds
        count = max(3, round(queries * _EXECUTED))
        for number in range(queries - count):
            roots = self._next(drawn=number < _DRAWN * (queries - count))
            cost = self._client.cost(self._query(roots))
            if cost is not None:
                self._remember(cost, roots)
        most_expensive = [roots for _, _, roots in sorted(self._pool, reverse=True)]
        self._pool.clear()  # from here on, milliseconds and bytes decide
        for number in range(count):
            if time.perf_counter() > deadline:
                break
            # The most expensive in units, then as many others, which may be underestimated, then changed ones.
            known = number < len(most_expensive)
            roots = most_expensive[number] if known else self._next(drawn=number < 2 * _POOL)
            executed = self._executed(roots)
            if executed is not None:
                self._remember(_worth(executed), roots)
                yield executed

    def _executed(self, roots: list[Selected]) -> Executed | None:
        """Execute a query; one that seems worse than all before is executed twice, and the better figures count."""
        query = self._query(roots)
        executed = self._client.execute(query)
        if executed is None or (self._pool and _worth(executed) <= max(self._pool)[0]):
            return executed
        again = self._client.execute(_repeated(query, 0))
        return executed if again is None else replace(min(executed, again, key=_worth), query=query)

    def _next(self, *, drawn: bool = False) -> list[Selected]:
        if drawn or not self._pool:
            return self._drawer.draw(self._kind)
        return self._mutations(self._drawer.random.choice(self._pool)[2])

    def _query(self, roots: list[Selected]) -> Query:
        random = self._drawer.random
        text, variables = as_request(roots, with_variables=bool(random.getrandbits(1)))
        return Query(self._kind, text, variables, random.choice(ENCODINGS))

    def _remember(self, worth: float, roots: list[Selected]) -> None:
        self._number += 1
        heapq.heappush(self._pool, (worth, self._number, roots))
        if len(self._pool) > _POOL:
            heapq.heappop(self._pool)
