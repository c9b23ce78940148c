"""Writes a resolved selection as JSON: cells and rows by Arrow kernels, and these put together as ropes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from execution.cells import encode_cells
from execution.nodes import (
    CompletedNode,
    ConstantNode,
    LeafNode,
    ListNode,
    MaybeNode,
    ObjectNode,
    PendingNode,
    RowsNode,
)
from execution.rendered_rows import WHOLE_TABLE_ROWS
from execution.ropes import Rope, braided, cut, listed, merged, picked, spread, texts_of
from tables.row_set import RowSet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from execution.nodes import Node
    from execution.rendered_rows import RenderedRows
    from execution.ropes import Part, Texts


class JsonText:
    """A value of the answer that is JSON already, in pieces that are joined when the whole answer is."""

    __slots__ = ("pieces",)

    def __init__(self, pieces: Texts) -> None:
        self.pieces = pieces


class JsonWriter:
    """Turns nodes into JSON.

    Args:
        rendered: Rows written before.
    """

    def __init__(self, rendered: RenderedRows) -> None:
        self._rendered = rendered

    def finish(self, node: Node) -> JsonText:
        """Write a node of one row, to be set into the response as it is."""
        return JsonText(braided(self._parts(node), 1).pieces)

    def _parts(self, node: Node) -> list[Part]:  # noqa: C901, PLR0911 - one case per kind of node
        """Return what a node is in each row: texts that are the same in every row, and columns of texts."""
        match node:
            case ConstantNode(text):
                return [orjson.dumps(text)]
            case LeafNode(pa.Array() as values) if len(values) == 1 and not pa.types.is_list(values.type):
                return [orjson.dumps(values[0].as_py())]
            case LeafNode(column):
                return [self._cells(column)]
            case RowsNode():
                return [self._row_fields(node)]
            case ObjectNode():
                return self._object(node)
            case ListNode(offsets, ObjectNode(_, [(_, RowsNode() as rows)])):
                return [b"[", self._lists_of_rows(rows, offsets), b"]"]
            case ListNode(offsets, items):
                return [b"[", listed(braided([*self._object(items), b","], items.count), offsets), b"]"]
            case MaybeNode(present, items):
                return [spread(braided(self._object(items), items.count), present, b"null")]
            case CompletedNode(values):
                return [[orjson.dumps(value, default=_as_fragment) for value in values]]
            case PendingNode(delivered) if delivered is not None:
                return self._parts(delivered)
            case _:
                raise TypeError(f"{type(node).__name__} has not been delivered")

    def _object(self, node: ObjectNode) -> list[Part]:
        parts: list[Part] = [b"{"]
        for position, (name, field) in enumerate(node.fields):
            separator = b"," if position else b""
            parts.append(separator if isinstance(field, RowsNode) else b'%b"%b":' % (separator, name.encode()))
            parts.extend(self._parts(field))
        return [*parts, b"}"]

    def _row_fields(self, node: RowsNode) -> Texts:
        """Write fields that depend on the row alone: for the whole table once, then picked."""
        table = node.rows.table
        if table.num_rows > WHOLE_TABLE_ROWS:
            return texts_of(self._written(node, node.rows))
        kept = ("picked", node.signature)
        texts = self._rendered.get(table, kept, lambda: texts_of(self._written(node, RowSet.whole(table))))
        return picked(texts, node.rows.indices)

    def _lists_of_rows(self, node: RowsNode, offsets: NDArray[np.int64]) -> Texts:
        """Write lists of objects that depend on the row alone: for the whole table once, then taken and cut."""
        table, rows = node.rows.table, node.rows.indices
        if table.num_rows > WHOLE_TABLE_ROWS:
            return cut(self._written(node, node.rows, before="{", behind="},"), offsets)
        kept = ("listed", node.signature)
        whole = self._rendered.get(
            table, kept, lambda: self._written(node, RowSet.whole(table), before="{", behind="},")
        )
        return cut(whole.slice(rows[0], len(rows)) if _is_range(rows) else whole.take(pa.array(rows)), offsets)

    def _written(self, node: RowsNode, rows: RowSet, before: str = "", behind: str = "") -> pa.Array[Any]:
        """Write the fields of these rows, between what stands before and behind each."""
        parts = self._parts(node.resolve(rows))[1:-1]  # without the braces, which are the object's
        return _joined([before.encode(), *parts, behind.encode()], len(rows))

    def _cells(self, column: TableColumn | pa.Array[Any]) -> pa.Array[Any]:
        if not isinstance(column, TableColumn):
            return encode_cells(column)
        table = column.rows.table
        if table.num_rows > WHOLE_TABLE_ROWS:
            return encode_cells(column.array())
        whole = self._rendered.get(table, column.name, lambda: encode_cells(table.columns[column.name]))
        if len(column) == table.num_rows and _is_range(column.rows.indices):
            return whole
        return whole.take(pa.array(column.rows.indices))


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return a value as JSON; what is JSON already is put in its place, and in objects copied no more than once."""
    return b"".join(_pieces(value))


def _pieces(value: Any) -> Texts:  # noqa: ANN401 - any JSON
    if isinstance(value, JsonText):
        return list(value.pieces)
    if not isinstance(value, dict) or not value:
        return [orjson.dumps(value, default=_as_fragment)]
    pieces: Texts = [b"{"]
    for position, (name, member) in enumerate(value.items()):
        pieces.append(b"%b%b:" % (b"," if position else b"", orjson.dumps(name)))
        pieces += _pieces(member)
    return [*pieces, b"}"]


def _as_fragment(value: Any) -> orjson.Fragment:  # noqa: ANN401 - orjson asks of anything that it does not know
    if not isinstance(value, JsonText):
        raise TypeError(f"{type(value).__name__} is no JSON")
    return orjson.Fragment(b"".join(value.pieces))


def _joined(parts: Sequence[Part], count: int) -> pa.Array[Any]:
    """Join the parts of each row into one text: by Arrow kernels where all are columns, else row by row."""
    columns = [part.decode() if isinstance(part, bytes) else part for part in merged(parts)]
    if any(isinstance(column, Rope | list) for column in columns):
        rope = braided(parts, count)
        texts = [b"".join(rope.pieces[start:stop]) for start, stop in pairwise(rope.bounds)]
        return pa.array(texts, pa.binary()).cast(pa.string())
    if all(isinstance(column, str) for column in columns):
        return pa.array(np.full(count, "".join(map(str, columns))), pa.string())
    return pc.binary_join_element_wise(*columns, "")


def _is_range(rows: NDArray[np.int64]) -> bool:
    """Say whether rows stand one behind the other in their table."""
    return len(rows) > 0 and rows[-1] - rows[0] == len(rows) - 1 and bool((rows[1:] > rows[:-1]).all())
