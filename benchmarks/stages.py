"""In process, stage by stage: a row set to bytes beside Arrow kernels by hand, and what a document costs over its data.

By hand means: the rows are rendered and grouped already, as ours are, and are taken and joined by one kernel a level.
A novel document is one that was never sent, with fields in an order that nobody asked for; over its data means over the
same rows written by hand. Left out: HTTP, the variables' own reading from JSON, the log.
"""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
from rich.table import Table

from benchmarks.answers import VoidError
from benchmarks.first_request import in_order
from benchmarks.verdict import TIMES, verdict
from benchmarks.workloads import WORKLOADS, Workload
from caches import ByteCache
from execution.running import Env, Level, run, run_selection
from execution.steps import Block, Step
from execution.strawberry_internals import core_schema
from resolvers.context import RequestContext
from resolvers.views.fitter import LogisticFitter
from schema.build import build_schema
from tables.directory import open_directory
from tables.order import OrderCache
from tables.row_set import RowSet
from timelines.loader import Loader
from timelines.reader import RawReader
from web.documents import Documents
from web.operations import execute_document
from writers.json_writer import JsonWriter, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from rich.console import Console

    from execution.operation import Operation
    from execution.running import Result
    from execution.steps import Selection

ROWS_TARGET = 1.5
NOVEL_TARGET_MS = 2.5
KNOWN_TARGET_MS = 0.3
_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Stage:
    """One workload.

    Args:
        workload: Its title.
        rows_us: From the row set to bytes, ours, round by round.
        by_hand_us: By hand, in the same rounds.
        known_us: The whole request, its document known and its variables new.
        novel_us: The whole request, its document novel.
    """

    workload: str
    rows_us: tuple[float, ...]
    by_hand_us: tuple[float, ...]
    known_us: tuple[float, ...]
    novel_us: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Ours over by hand, median of the rounds."""
        return median(ours / hand for ours, hand in zip(self.rows_us, self.by_hand_us, strict=True))

    @property
    def known_ms(self) -> float:
        """What a known document costs over its data, in ms."""
        return (median(self.known_us) - median(self.by_hand_us)) / 1e3

    @property
    def novel_ms(self) -> float:
        """What a novel document costs over its data, in ms."""
        return (median(self.novel_us) - median(self.by_hand_us)) / 1e3


@dataclass(frozen=True, slots=True)
class _Server:
    """What a server has, in process."""

    documents: Documents
    new_context: Callable[[], RequestContext]
    writer: JsonWriter

    def operation(self, body: bytes) -> Operation:
        """Return the operation of a request."""
        return self.documents.document(orjson.loads(body)["query"]).operation(None)

    def ask(self, body: bytes) -> bytes:
        """Answer a request."""
        request = orjson.loads(body)
        document, variables = self.documents.document(request["query"]), request["variables"]
        answer, _ = _finished(
            execute_document(
                document, operation_name=None, variables=variables, new_context=self.new_context, writer=self.writer
            )
        )
        return bytes(answer.as_json({}))

    def run(self, body: bytes) -> tuple[Step, Result, Env]:
        """Run the only field of a request's root."""
        operation = self.operation(body)
        variables = operation.coerce(orjson.loads(body)["variables"])
        if isinstance(variables, list):
            raise VoidError(str(variables[0]))
        [root] = operation.roots(variables) or ()
        if root.step is None:
            raise VoidError(f"{root.path[0]} is not compiled: {root.reason}")
        env = Env(self.new_context(), variables, lambda: operation.variable_values({}))
        return root.step, run(root.step, None, 1, env), env


def _finished(coroutine: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401 - whatever it returns
    """Return the result of a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise VoidError("a request waits for something")


def measure_stages(directory: Path) -> tuple[Stage, ...]:
    """Measure each workload on a dataset directory.

    Raises:
        VoidError: By hand gives other bytes.
    """
    dataset = open_directory(directory)
    writer = JsonWriter(ByteCache(2**26))
    orders = OrderCache(ByteCache(24 * 2**20, largest_share=1))
    raw, fitter = RawReader(Loader(dataset.raw)), LogisticFitter()
    gc.collect()
    gc.freeze()  # as the server does
    server = _Server(
        Documents(core_schema(build_schema())),
        lambda: RequestContext(dataset=dataset, orders=orders, raw=raw, fitter=fitter),
        writer,
    )
    try:
        return tuple(_stage(workload, server, writer) for workload in WORKLOADS)
    finally:
        raw.close()
        fitter.close()
        gc.unfreeze()


def _stage(workload: Workload, server: _Server, writer: JsonWriter) -> Stage:
    bodies = workload.bodies()
    for number in range(1, 6):
        answer = server.ask(bodies.body(number))
    step, result, env = server.run(bodies.body(1))
    by_hand = _by_hand(step, result, env)
    [(name, _)] = orjson.loads(answer)["data"].items()
    if orjson.loads(by_hand()) != orjson.loads(answer)["data"][name]:
        raise VoidError(f"{workload.name}: by hand gives another answer")

    def write() -> bytes:
        return b"".join(joined(writer.value(step, result, 1, env), 1))

    times: list[tuple[float, float, float, float]] = []
    for number in range(10, 10 + _ROUNDS):
        novel = workload.bodies(fields=in_order(workload.fields, number)).body(number)
        times.append((
            _timed(write),
            _timed(by_hand),
            _timed(partial(server.ask, bodies.body(number))),
            _timed(partial(server.ask, novel)),
        ))  # fmt: skip
    rows, hand, known, new = zip(*times, strict=True)
    return Stage(workload.title, rows, hand, known, new)


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1e6


def _by_hand(step: Step, result: Result, env: Env) -> Callable[[], bytes]:
    """Return what writes a result of one row by hand: what each level holds is worked out before."""
    value = _value(step, result, env)

    def write() -> bytes:
        written: pa.Array[Any] = value()
        return bytes(written[0].as_buffer())

    return write


def _value(step: Step, result: Result, env: Env) -> Callable[[], Any]:
    match result:
        case Level(_, fields, None):
            return _objects(step.selection, fields, env)
        case Level(_, fields, offsets):
            bounds, objects = pa.array(offsets, pa.int32()), _objects(step.selection, fields, env)
            return lambda: pc.binary_join_element_wise("[", _lists(bounds, objects), "]", "")
        case leaf:
            return _always(joined(JsonWriter(ByteCache(0)).value(step, leaf, 1, env), 1)[0].decode())


def _objects(selection: Selection, results: Any, env: Env) -> Callable[[], pa.Array[Any]]:  # noqa: ANN401
    parts: list[Callable[[], Any]] = []
    for (lead, child), result in zip(selection, results, strict=True):
        if isinstance(child, Block):
            parts += [_always(lead.decode()), partial(_rendered(child, result, env).take, pa.array(result.indices))]
        elif isinstance(child, Step):
            parts += [_always((lead + child.key).decode()), _value(child, result, env)]
    return lambda: pc.binary_join_element_wise(*(part() for part in parts), "}", "")


def _lists(bounds: pa.Array[Any], items: Callable[[], pa.Array[Any]]) -> pa.Array[Any]:
    return pc.binary_join(pa.ListArray.from_arrays(bounds, items()), ",")


def _rendered(block: Block, rows: RowSet, env: Env) -> pa.Array[Any]:
    """Render the fields of every row of the table, one by one, without braces."""
    writer, texts = JsonWriter(ByteCache(0)), []
    for row in range(rows.table.num_rows):
        results = run_selection(block.fields, RowSet.single(rows.table, row), env)
        pieces = []
        for (lead, child), result in zip(block.fields, results, strict=True):
            if isinstance(child, Step):
                pieces += [lead, child.key, *joined(writer.value(child, result, 1, env), 1)]
        texts.append(b"".join(pieces).decode())
    return pa.array(texts, pa.string())


def _always(text: str) -> Callable[[], str]:
    return lambda: text


def show_stages(stages: tuple[Stage, ...], console: Console) -> None:
    """Print the table."""
    table = Table(title="In process", caption="medians of 200 rounds in turns; over its data: over the rows by hand")
    for name in ("workload", "stage", "value", "target", ""):
        table.add_column(name, justify="right" if name in {"value", "target"} else "left")
    for stage in stages:
        table.add_row(
            stage.workload,
            f"row set to bytes, {median(stage.rows_us):.0f} µs beside {median(stage.by_hand_us):.0f} by hand",
            f"{stage.ratio:.2f}{TIMES}",
            f"≤ {ROWS_TARGET}{TIMES}",
            verdict(ok=stage.ratio <= ROWS_TARGET, missed="above"),
        )
        for what, taken, target in (
            ("a known document over its data", stage.known_ms, KNOWN_TARGET_MS),
            ("a novel document over its data", stage.novel_ms, NOVEL_TARGET_MS),
        ):
            table.add_row(
                "", what, f"{taken:.2f} ms", f"≤ {target} ms", verdict(ok=taken <= target, missed="above")
            )  # fmt: skip
    console.print(table)


def as_json(stages: tuple[Stage, ...]) -> list[dict[str, Any]]:
    """Return the figures of the stages, and whether each target is reached."""
    return [
        {
            "workload": stage.workload,
            "rows_us": median(stage.rows_us),
            "by_hand_us": median(stage.by_hand_us),
            "ratio": stage.ratio,
            "known_ms": stage.known_ms,
            "novel_ms": stage.novel_ms,
            "ok": stage.ratio <= ROWS_TARGET
            and stage.known_ms <= KNOWN_TARGET_MS
            and stage.novel_ms <= NOVEL_TARGET_MS,
        }
        for stage in stages
    ]
