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
from execution.executor import ColumnarExecutor
from execution.json_text import JsonWriter, json_bytes
from execution.kept_columns import KeptColumns
from execution.nodes import FilledNode, ListNode, ObjectNode, OpenNode, RowsNode
from execution.rendered_rows import RenderedRows
from resolvers.context import RequestContext
from resolvers.views.fitter import LogisticFitter
from schema.build import build_schema
from tables.directory import open_directory
from tables.row_set import RowSet
from timelines.loader import Loader
from timelines.reader import RawReader
from web.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.console import Console

    from execution.json_text import JsonText
    from execution.nodes import Node
    from execution.skeletons import KeptText

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


class _Watched(JsonWriter):
    """A writer that remembers what it wrote last, field by field, not around text that was kept."""

    node: Node | None = None

    def finish(self, node: Node, text: KeptText | None = None) -> JsonText:
        """Write a node."""
        if not isinstance(node, FilledNode):
            self.node = node
        return super().finish(node, text)


def measure_stages(directory: Path) -> tuple[Stage, ...]:
    """Measure each workload on a dataset directory.

    Raises:
        VoidError: By hand gives other bytes.
    """
    dataset = open_directory(directory)
    schema = build_schema()
    documents = Documents(schema._schema)  # noqa: SLF001 - as the endpoint does
    writer, kept = _Watched(RenderedRows(2**26)), KeptColumns(2**23)
    raw, fitter = RawReader(Loader(dataset.raw)), LogisticFitter()
    gc.collect()
    gc.freeze()  # as the server does

    def ask(body: bytes) -> bytes:
        asked = orjson.loads(body)
        document = documents.document(asked["query"])
        variables = {**asked["variables"], **document.literals}
        context = RequestContext(dataset=dataset, raw=raw, fitter=fitter, writer=writer, kept=kept)
        return json_bytes({"data": ColumnarExecutor.follow(document.plan(None), context, variables).data})

    try:
        return tuple(_stage(workload, ask, writer) for workload in WORKLOADS)
    finally:
        raw.close()
        fitter.close()
        gc.unfreeze()


def _stage(workload: Workload, ask: Callable[[bytes], bytes], writer: _Watched) -> Stage:
    bodies = workload.bodies()
    for number in range(1, 6):
        answer = ask(bodies.body(number))
    node = writer.node
    if not isinstance(node, ObjectNode):
        raise VoidError(f"{workload.name}: the answer is no object")
    by_hand = _by_hand(node)
    [(name, _)] = orjson.loads(answer)["data"].items()
    if orjson.loads(by_hand()) != orjson.loads(answer)["data"][name]:
        raise VoidError(f"{workload.name}: by hand gives another answer")
    times: list[tuple[float, float, float, float]] = []
    for number in range(10, 10 + _ROUNDS):
        novel = workload.bodies(fields=in_order(workload.fields, number)).body(number)
        times.append((
            _timed(lambda: json_bytes(writer.finish(node))),
            _timed(by_hand),
            _timed(partial(ask, bodies.body(number))),
            _timed(partial(ask, novel)),
        ))  # fmt: skip
    rows, hand, known, new = zip(*times, strict=True)
    return Stage(workload.title, rows, hand, known, new)


def _timed(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1e6


def _by_hand(node: ObjectNode) -> Callable[[], bytes]:
    """Return what writes a node of one row by hand: what each level holds is worked out before."""
    objects = _level(node)

    def write() -> bytes:
        written: pa.Array[Any] = objects()
        return bytes(written[0].as_buffer())

    return write


def _level(node: ObjectNode) -> Callable[[], pa.Array[Any]]:
    parts: list[Callable[[], Any]] = []
    for position, (name, field) in enumerate(node.fields):
        separator = "," if position else "{"
        if isinstance(field, RowsNode):
            whole, indices = _rendered(field), pa.array(field.rows.indices)
            parts += [_always(separator), partial(whole.take, indices)]
            continue
        parts.append(_always(f'{separator}"{name}":'))
        match field.node if isinstance(field, OpenNode) else field:
            case ListNode(offsets, items):
                bounds = pa.array(offsets, pa.int32())
                parts += [_always("["), partial(_lists, bounds, _level(items)), _always("]")]
            case ObjectNode() as object_node:
                parts.append(_level(object_node))
            case leaf:
                cells = JsonWriter(RenderedRows(0)).finish(ObjectNode(1, [("x", leaf)])).pieces
                parts.append(_always(b"".join(cells).decode()[len('{"x":') : -1]))
    return lambda: pc.binary_join_element_wise(*(part() for part in parts), "}", "")


def _lists(bounds: pa.Array[Any], items: Callable[[], pa.Array[Any]]) -> pa.Array[Any]:
    return pc.binary_join(pa.ListArray.from_arrays(bounds, items()), ",")


def _rendered(node: RowsNode) -> pa.Array[Any]:
    """Render the fields of every row of the table, one by one, without braces."""
    writer, table = JsonWriter(RenderedRows(0)), node.rows.table
    rows = (RowsNode(RowSet.single(table, row), node.signature, node.resolve) for row in range(table.num_rows))
    texts = [b"".join(writer.finish(ObjectNode(1, [("", row)])).pieces).decode()[1:-1] for row in rows]
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
