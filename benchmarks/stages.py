"""Stages of a request in process: from a row set to bytes, and the overhead of a known and of a new document.

The reference is written by hand: rows are rendered and grouped in advance, as ours are, then taken and joined with one
Arrow kernel per level. The overhead of a document is the time of the whole request minus that of the reference. A new
document has an order of fields that was not sent before. Not measured: HTTP, decoding the JSON request, the log.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.answers import VoidError
from benchmarks.figures import Figure, Section, ratio
from benchmarks.stages_by_hand import by_hand
from benchmarks.workloads import WORKLOADS, Workload
from caches import ByteCache
from execution.running import Env, run
from execution.strawberry_internals import core_schema
from resolvers.context import RequestContext
from resolvers.views.fitter import LogisticFitter
from schema.build import build_schema
from tables.directory import open_directory
from tables.order import OrderCache
from timelines.loader import Loader
from timelines.reader import RawReader
from web.documents import Documents
from web.operations import execute_document
from writers.json_writer import JsonWriter, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from execution.running import Result
    from execution.steps import Step

_ROWS_TARGET = 1.5
_KNOWN_TARGET_MS = 0.3
_NEW_TARGET_MS = 2.5
_ROUNDS = 200


def measure_stages(directory: Path) -> Section:
    """Measure each workload on a dataset directory.

    Raises:
        VoidError: The reference gives a different answer.
    """
    dataset = open_directory(directory)
    orders = OrderCache(ByteCache(24 * 2**20, largest_share=1))
    raw, fitter = RawReader(Loader(dataset.raw)), LogisticFitter()
    gc.collect()
    gc.freeze()  # as the server does
    server = _Server(
        Documents(core_schema(build_schema())),
        lambda: RequestContext(dataset=dataset, orders=orders, raw=raw, fitter=fitter),
        JsonWriter(ByteCache(2**26)),
    )
    try:
        figures = tuple(figure for workload in WORKLOADS for figure in _stages(workload, server))
    finally:
        raw.close()
        fitter.close()
        gc.unfreeze()
    return Section("stages", "Stages of a request, in process", f"medians of {_ROUNDS} rounds in turns", figures)


@dataclass(frozen=True, slots=True)
class _Server:
    """The parts of a server that execute a request."""

    documents: Documents
    new_context: Callable[[], RequestContext]
    writer: JsonWriter

    def answer(self, body: bytes) -> bytes:
        """Return the answer to a request."""
        request = orjson.loads(body)
        document = self.documents.document(request["query"])
        coroutine = execute_document(
            document,
            document.operation(None),
            variables=request["variables"],
            new_context=self.new_context,
            writer=self.writer,
        )
        answer, _ = _result(coroutine)
        return bytes(answer.as_json({}))

    def run(self, body: bytes) -> tuple[Step, Result, Env]:
        """Run the only root field of a request."""
        request = orjson.loads(body)
        operation = self.documents.document(request["query"]).operation(None)
        variables = operation.coerce(request["variables"])
        if isinstance(variables, list):
            raise VoidError(str(variables[0]))
        plan = operation.plan(variables)
        if plan is None:
            raise VoidError("a variable in a directive is null")
        [root] = plan.roots
        if root.step is None:
            raise VoidError(f"{root.path[0]} is not compiled: {root.reason}")
        env = Env(self.new_context(), variables, lambda: operation.variable_values({}))
        return root.step, run(root.step, None, 1, env), env


def _result(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - any result
    """Return the result of a coroutine that awaits nothing, without an event loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise VoidError("a workload awaits something")


def _stages(workload: Workload, server: _Server) -> Iterator[Figure]:
    bodies = workload.bodies()
    for number in range(1, 6):
        answer = server.answer(bodies.body(number))
    step, result, env = server.run(bodies.body(1))
    reference = by_hand(step, result, env)
    [(_, data)] = orjson.loads(answer)["data"].items()
    if orjson.loads(reference()) != data:
        raise VoidError(f"{workload.name}: the reference by hand gives a different answer")

    def write() -> bytes:
        return b"".join(joined(server.writer.value(step, result, 1, env), 1))

    times = []
    for number in range(10, 10 + _ROUNDS):
        known_body, new_body = bodies.body(number), workload.new_documents().body(number)
        in_turns = write, reference, partial(server.answer, known_body), partial(server.answer, new_body)
        times.append([_microseconds(call) for call in in_turns])
    rows, hand, known, new = zip(*times, strict=True)
    yield ratio(
        f"{workload.title}: row set to bytes",
        rows,
        hand,
        target=_ROWS_TARGET,
        details={"ours": f"{median(rows):,.0f} µs", "by hand": f"{median(hand):,.0f} µs"},
    )
    for name, whole, target in (("known", known, _KNOWN_TARGET_MS), ("new", new, _NEW_TARGET_MS)):
        yield Figure(
            name=f"{workload.title}: overhead of a {name} document",
            value=(median(whole) - median(hand)) / 1e3,
            unit="ms",
            digits=2,
            target=target,
            details={"ours": f"{median(whole):,.0f} µs", "by hand": f"{median(hand):,.0f} µs"},
        )


def _microseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1e6
