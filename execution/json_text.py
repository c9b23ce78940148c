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
    MaybeNode,
    ObjectNode,
    PendingNode,
    RowsNode,
)
from execution.rendered_rows import WHOLE_TABLE_ROWS
from execution.ropes import braided, cut, listed, merged
from tables.row_set import RowSet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from execution.nodes import Node
    from execution.rendered_rows import RenderedRows
    from execution.ropes import Piece, Rope


# Up to so many rows are put together as ropes, which copies each text once; more by Arrow kernels, which copy at every
# level and take no time per row.
_FEW_ROWS = 128


class JsonWriter:
    """Turns nodes into JSON.

    Args:
        rendered: Rows written before.
    """

    def __init__(self, rendered: RenderedRows) -> None:
        self._rendered = rendered

    def finish(self, node: Node) -> orjson.Fragment:
        """Write a node of one row, to be set into the response as it is."""
        return orjson.Fragment(b"".join(braided(self._pieces(node), 1)[0]))

    def _pieces(self, node: Node) -> list[Piece]:  # noqa: C901, PLR0911, PLR0912 - one case per kind of node
        """Return what a node is in each row: texts that are the same in every row, and columns of texts."""
        match node:
            case ConstantNode(text):
                return [orjson.dumps(text).decode()]
            case LeafNode(pa.Array() as values) if len(values) == 1 and not pa.types.is_list(values.type):
                return [orjson.dumps(values[0].as_py()).decode()]
            case LeafNode(column):
                return [self._cells(column)]
            case RowsNode():
                return [self._row_fields(node)]
            case ObjectNode(_, fields):
                pieces: list[Piece] = ["{"]
                for position, (name, field) in enumerate(fields):
                    separator = "," if position else ""
                    pieces.append(separator if isinstance(field, RowsNode) else f'{separator}"{name}":')
                    pieces.extend(self._pieces(field))
                return [*pieces, "}"]
            case ListNode(offsets, items) if len(offsets) <= _FEW_ROWS:
                return ["[", self._few_lists(offsets, items), "]"]
            case ListNode(offsets, items):
                texts = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), self._objects(items))
                return ["[", pc.binary_join(texts, ","), "]"]
            case MaybeNode(present, items):
                if not items.count:
                    return ["null"]
                row_of_object = np.cumsum(present) - 1
                taken = pa.array(row_of_object, mask=~present)
                return [pc.fill_null(self._objects(items).take(taken), "null")]
            case CompletedNode(values):
                return [pa.array([orjson.dumps(value).decode() for value in values], pa.string())]
            case PendingNode(delivered) if delivered is not None:
                return self._pieces(delivered)
            case _:
                raise TypeError(f"{type(node).__name__} has not been delivered")

    def _few_lists(self, offsets: NDArray[np.int64], items: ObjectNode) -> list[Rope]:
        """Write the lists of a few rows: cut from one text where there is one or should be, else put together."""
        if items.count > _FEW_ROWS or _only_rows(items):
            return cut(self._objects(items, behind=","), offsets)
        return listed(braided(self._pieces(items), items.count), offsets)

    def _objects(self, node: ObjectNode, *, behind: str = "") -> pa.Array[Any]:
        """Write one object per row, each with what stands behind it."""
        only = node.fields[0][1] if _only_rows(node) else None
        if isinstance(only, RowsNode):
            return self._row_fields(only, before="{", behind="}" + behind)
        return _joined([*self._pieces(node), behind], node.count)

    def _row_fields(self, node: RowsNode, before: str = "", behind: str = "") -> pa.Array[Any]:
        """Write fields that depend on the row alone: for the whole table once, then taken."""

        def write(rows: RowSet) -> pa.Array[Any]:
            pieces = self._pieces(node.resolve(rows))[1:-1]  # without the braces, which are the object's
            return _joined([before, *pieces, behind], len(rows))

        table = node.rows.table
        if not len(node.rows):
            return pa.array([], pa.string())
        if table.num_rows > WHOLE_TABLE_ROWS:
            return write(node.rows)
        whole = self._rendered.get(table, (node.signature, before, behind), lambda: write(RowSet.whole(table)))
        return whole.take(pa.array(node.rows.indices, pa.int64()))

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


def _joined(pieces: Sequence[Piece], count: int) -> pa.Array[Any]:
    """Join pieces row by row into one column of texts."""
    if any(isinstance(piece, list) for piece in pieces):
        return pa.array([b"".join(rope) for rope in braided(pieces, count)], pa.binary()).cast(pa.string())
    match merged(pieces):
        case []:
            return pa.array(np.full(count, ""), pa.string())
        case [str(text)]:
            return pa.array(np.full(count, text), pa.string())
        case parts:
            return pc.binary_join_element_wise(*parts, "")


def _only_rows(node: ObjectNode) -> bool:
    return len(node.fields) == 1 and isinstance(node.fields[0][1], RowsNode)


def _is_range(indices: np.ndarray[Any, Any]) -> bool:
    return bool((indices == np.arange(len(indices))).all())
