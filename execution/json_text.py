"""Writes a resolved selection as JSON: columns of texts, joined by Arrow kernels; a single row as pieces of bytes."""

from __future__ import annotations

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
    ObjectNode,
    PendingNode,
    RowsNode,
)
from execution.rendered_rows import WHOLE_TABLE_ROWS
from tables.row_set import RowSet, TableColumn

if TYPE_CHECKING:
    from execution.nodes import Node
    from execution.rendered_rows import RenderedRows


class JsonWriter:
    """Turns nodes into JSON.

    Args:
        rendered: Rows written before.
    """

    def __init__(self, rendered: RenderedRows) -> None:
        self._rendered = rendered

    def finish(self, node: Node) -> orjson.Fragment:
        """Write a node of one row, to be set into the response as it is."""
        return orjson.Fragment(b"".join(self._single(node)))

    def _single(self, node: Node) -> list[bytes | memoryview]:
        """Write a node of one row as pieces, so that a long list is copied once."""
        match node:
            case ObjectNode(_, fields):
                pieces: list[bytes | memoryview] = []
                for position, (name, field) in enumerate(fields):
                    pieces.append(b"," if position else b"{")
                    if not isinstance(field, RowsNode):
                        pieces.append(_key(name))
                    pieces.extend(self._single(field))
                pieces.append(b"}" if fields else b"{}")
                return pieces
            case ListNode(_, items):
                return [b"[", *self._joined_items(items), b"]"]
            case ConstantNode(text):
                return [orjson.dumps(text)]
            case PendingNode(delivered) if delivered is not None:
                return self._single(delivered)
            case _:
                return [_bytes_of(self._column(node))]

    def _joined_items(self, items: ObjectNode) -> list[bytes | memoryview]:
        """Write the objects of one list with commas between: each with a comma behind, and the last one cut off."""
        if items.count == 0:
            return []
        return [_bytes_of(self._objects(items, behind="},"))[:-1]]

    def _column(self, node: Node) -> pa.Array[Any]:
        """Write a node as a string array, one text per row."""
        match node:
            case LeafNode(column):
                return self._cells(column)
            case ObjectNode():
                return self._objects(node, behind="}")
            case RowsNode():
                return self._row_fields(node)
            case ListNode(offsets, items):
                texts = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), self._objects(items, behind="}"))
                return pc.binary_join_element_wise("[", pc.binary_join(texts, ","), "]", "")
            case CompletedNode(values):
                return pa.array([orjson.dumps(value).decode() for value in values], pa.string())
            case PendingNode(delivered) if delivered is not None:
                return self._column(delivered)
            case _:
                raise TypeError(f"{type(node).__name__} has no column of its own")

    def _objects(self, node: ObjectNode, *, behind: str) -> pa.Array[Any]:
        """Write one object per row, each followed by what stands `behind` its last field."""
        match node.fields:
            case [(_, RowsNode() as only)]:
                return self._row_fields(only, before="{", behind=behind)
            case _:
                return self._joined(node, before="{", behind=behind)

    def _row_fields(self, node: RowsNode, before: str = "", behind: str = "") -> pa.Array[Any]:
        """Write fields that depend on the row alone: for the whole table once, then taken."""
        table = node.rows.table
        if table.num_rows > WHOLE_TABLE_ROWS:
            return self._joined(node.resolve(node.rows), before=before, behind=behind)
        whole = self._rendered.get(
            table,
            (node.signature, before, behind),
            lambda: self._joined(node.resolve(RowSet.whole(table)), before=before, behind=behind),
        )
        return whole.take(pa.array(node.rows.indices, pa.int64()))

    def _joined(self, node: ObjectNode, *, before: str, behind: str) -> pa.Array[Any]:
        """Join the columns of an object, element by element, with their names between them."""
        parts: list[Any] = []
        literal = before
        for position, (name, field) in enumerate(node.fields):
            literal += "," if position else ""
            if not isinstance(field, RowsNode):
                literal += _key(name).decode()
            if isinstance(field, ConstantNode):
                literal += orjson.dumps(field.text).decode()
                continue
            parts += [literal, self._column(field)]
            literal = ""
        literal += behind
        if not parts:
            return pa.array(np.full(node.count, literal), pa.string())
        return pc.binary_join_element_wise(*parts, literal, "")

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


def _key(name: str) -> bytes:
    return b'"%s":' % name.encode()


def _is_range(indices: np.ndarray[Any, Any]) -> bool:
    return bool((indices == np.arange(len(indices))).all())


def _bytes_of(array: pa.Array[Any]) -> memoryview:
    """Return the bytes of all texts of a string array, one behind another, without a copy."""
    offsets, data = array.buffers()[1:]
    if data is None:
        return memoryview(b"")
    bounds = np.frombuffer(offsets, np.int32)
    return memoryview(data)[int(bounds[array.offset]) : int(bounds[array.offset + len(array)])]
