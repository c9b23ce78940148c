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
from execution.ropes import Rope, braided, listed, merged, picked, spread, texts_of
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

    def __init__(self, pieces: Sequence[bytes]) -> None:
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

    def _parts(self, node: Node) -> list[Part]:  # noqa: PLR0911 - one case per kind of node
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
            case ListNode(offsets, items):
                return [b"[", listed(self._objects(items, behind=b","), offsets), b"]"]
            case MaybeNode(present, items):
                return [spread(self._objects(items), present, b"null")]
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

    def _objects(self, node: ObjectNode, *, behind: bytes = b"") -> Rope:
        """Write one object per row, each with what stands behind it."""
        if len(node.fields) == 1 and isinstance(only := node.fields[0][1], RowsNode):
            return Rope(self._row_fields(only, before=b"{", behind=b"}" + behind), range(node.count + 1))
        return braided([*self._object(node), behind], node.count)

    def _row_fields(self, node: RowsNode, before: bytes = b"", behind: bytes = b"") -> Texts:
        """Write fields that depend on the row alone: for the whole table once, then picked."""

        def write(rows: RowSet) -> Texts:
            parts = self._parts(node.resolve(rows))[1:-1]  # without the braces, which are the object's
            return _joined([before, *parts, behind], len(rows))

        table = node.rows.table
        if not len(node.rows):
            return []
        if table.num_rows > WHOLE_TABLE_ROWS:
            return write(node.rows)
        selection = (node.signature, before, behind)
        whole = self._rendered.get(table, selection, lambda: write(RowSet.whole(table)))
        return picked(whole, node.rows.indices)

    def _cells(self, column: TableColumn | pa.Array[Any]) -> pa.Array[Any]:
        if not isinstance(column, TableColumn):
            return encode_cells(column)
        table = column.rows.table
        if table.num_rows > WHOLE_TABLE_ROWS:
            return encode_cells(column.array())
        whole = self._rendered.get(table, column.name, lambda: encode_cells(table.columns[column.name]))
        if len(column) == table.num_rows and _is_range(column.rows.indices):
            return whole
        return whole.take(pa.array(column.rows.indices, pa.int64()))


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return a value as JSON; what is JSON already is put in its place, and in objects copied no more than once."""
    return b"".join(_pieces(value))


def _pieces(value: Any) -> list[bytes]:  # noqa: ANN401 - any JSON
    if isinstance(value, JsonText):
        return list(value.pieces)
    if not isinstance(value, dict) or not value:
        return [orjson.dumps(value, default=_as_fragment)]
    pieces = [b"{"]
    for position, (name, member) in enumerate(value.items()):
        pieces.append(b"%b%b:" % (b"," if position else b"", orjson.dumps(name)))
        pieces += _pieces(member)
    return [*pieces, b"}"]


def _as_fragment(value: Any) -> orjson.Fragment:  # noqa: ANN401 - orjson asks of anything that it does not know
    if not isinstance(value, JsonText):
        raise TypeError(f"{type(value).__name__} is no JSON")
    return orjson.Fragment(b"".join(value.pieces))


def _joined(parts: Sequence[Part], count: int) -> Texts:
    """Join the parts of each row into one text: by Arrow kernels where all are columns, else row by row."""
    strands = merged(parts)
    if any(isinstance(strand, Rope | list) for strand in strands):
        rope = braided(strands, count)
        return [b"".join(rope.pieces[start:stop]) for start, stop in pairwise(rope.bounds)]
    match [
        strand if isinstance(strand, pa.Array) else strand.decode()
        for strand in strands
        if not isinstance(strand, Rope | list)
    ]:
        case []:
            return [b""] * count
        case [str(text)]:
            return [text.encode()] * count
        case columns:
            return texts_of(pc.binary_join_element_wise(*columns, ""))


def _is_range(indices: NDArray[np.int64]) -> bool:
    return bool(np.array_equal(indices, np.arange(len(indices))))
