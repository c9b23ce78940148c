"""Reference writer for `stages.py`: JSON of prepared rows with one Arrow kernel per level."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from caches import ByteCache
from execution.running import Level, run_selection
from execution.steps import Block, Step
from tables.row_set import RowSet
from writers.json_writer import JsonWriter, joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from execution.running import Env, Result
    from execution.steps import Selection

    Write = Callable[[], Any]


def by_hand(step: Step, result: Result, env: Env) -> Callable[[], bytes]:
    """Return a function that writes a result of one row; the texts of all rows are prepared here."""
    write = _value(step, result, env)
    return lambda: bytes(write()[0].as_buffer())


def _value(step: Step, result: Result, env: Env) -> Write:
    match result:
        case Level(_, fields, None):
            return _objects(step.selection, fields, env)
        case Level(_, fields, offsets):
            bounds, objects = pa.array(offsets, pa.int32()), _objects(step.selection, fields, env)
            return lambda: pc.binary_join_element_wise("[", _lists(bounds, objects), "]", "")
        case leaf:
            return _constant(joined(JsonWriter(ByteCache(0)).value(step, leaf, 1, env), 1)[0])


def _objects(selection: Selection, results: Any, env: Env) -> Write:  # noqa: ANN401
    parts: list[Write] = []
    for (lead, child), result in zip(selection, results, strict=True):
        if isinstance(child, Block):
            parts += [_constant(lead), partial(_rendered(child, result, env).take, pa.array(result.indices))]
        elif isinstance(child, Step):
            parts += [_constant(lead + child.key), _value(child, result, env)]
    return lambda: pc.binary_join_element_wise(*(part() for part in parts), "}", "")


def _lists(bounds: pa.Array[Any], items: Write) -> pa.Array[Any]:
    return pc.binary_join(pa.ListArray.from_arrays(bounds, items()), ",")


def _rendered(block: Block, rows: RowSet, env: Env) -> pa.Array[Any]:
    """Render the fields of every row of the table, without braces."""
    writer, texts = JsonWriter(ByteCache(0)), []
    for row in range(rows.table.num_rows):
        results = run_selection(block.fields, RowSet.single(rows.table, row), env)
        pieces = []
        for (lead, child), result in zip(block.fields, results, strict=True):
            if isinstance(child, Step):
                pieces += [lead, child.key, *joined(writer.value(child, result, 1, env), 1)]
        texts.append(b"".join(pieces).decode())
    return pa.array(texts, pa.string())


def _constant(text: bytes) -> Write:
    decoded = text.decode()
    return lambda: decoded
