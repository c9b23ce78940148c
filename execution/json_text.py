"""Writes a resolved selection as JSON: cells by Arrow kernels, rows and answers put together as ropes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa

from execution.cells import encode_cells
from execution.nodes import (
    CompletedNode,
    ConstantNode,
    FilledNode,
    LeafNode,
    ListNode,
    MaybeNode,
    MixedNode,
    ObjectNode,
    OpenNode,
    PendingNode,
    RowsNode,
)
from execution.rendered_rows import WHOLE_TABLE_ROWS
from execution.ropes import Rope, braided, cut, is_range, joined, listed, picked, picker, spread, texts_of
from execution.skeletons import Hole, open_fields, skeleton_of
from tables.row_set import RowSet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from execution.nodes import Node
    from execution.rendered_rows import RenderedRows
    from execution.ropes import Part, Texts
    from execution.skeletons import KeptText, Skeleton


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

    def finish(self, node: Node, text: KeptText | None = None) -> JsonText:
        """Write a node of one row, to be set into the response as it is.

        Args:
            node: The node.
            text: Where what is written whatever the variables are is kept; None where the node is of no kept column.
        """
        if isinstance(node, FilledNode):
            return JsonText(node.skeleton.filled([self._parts(field) for field in node.fields]))
        if text is None:
            return JsonText(braided(self._parts(node), 1).pieces)
        skeleton, fields = self._around(node)
        text.keep(skeleton)
        return JsonText(skeleton.filled([self._parts(field) for field in fields]))

    def _around(self, node: Node) -> tuple[Skeleton, list[Node]]:
        """Write what stands around the open fields of a kept column, and return it with what these came to."""
        openings = list(open_fields(node))
        for number, each in enumerate(openings):
            each.hole = Hole(b"%d" % number)
        skeleton = skeleton_of(openings, braided(self._parts(node), 1).pieces)
        for each in openings:
            each.hole = None
        return skeleton, [each.node for each in openings]

    def _parts(self, node: Node) -> list[Part]:  # noqa: C901, PLR0911 - one case per kind of node
        """Return what a node is in each row: texts that are the same in every row, and columns of texts."""
        match node:
            case ConstantNode(text):
                return [orjson.dumps(text)]
            case LeafNode(column):
                return [self._cells(column)]
            case RowsNode():
                return self._row_fields(node)
            case ObjectNode():
                return self._object(node)
            case ListNode(offsets, ObjectNode(_, [(_, RowsNode() as rows)])):
                return [b"[", self._lists_of_rows(rows, offsets), b"]"]
            case ListNode(offsets, items):
                return [b"[", listed(braided([*self._object(items), b","], items.count), offsets), b"]"]
            case MaybeNode(present, items):
                return [spread(braided(self._object(items), items.count), present, b"null")]
            case MixedNode():
                return [self._mixed(node)]
            case CompletedNode(values):
                return [[orjson.dumps(value, default=_as_fragment) for value in values]]
            case PendingNode(delivered) if delivered is not None:
                return self._parts(delivered)
            case OpenNode(opening, delivered, hole):
                return self._parts(delivered) if hole is None else [[hole] * len(opening.batch)]
            case _:
                raise TypeError(f"{type(node).__name__} has not been delivered")

    def _object(self, node: ObjectNode) -> list[Part]:
        parts: list[Part] = [b"{"]
        rows: RowSet | None = None
        for position, (name, field) in enumerate(node.fields):
            separator = b"," if position else b""
            if isinstance(field, LeafNode) and field.unaliased and isinstance(field.column, TableColumn):
                if field.column.rows is not rows:  # the columns of a level mostly have the same
                    rows = field.column.rows
                    pick = picker(rows.indices)
                parts.append(self._cells(field.column, before=b'%b"%b":' % (separator, name.encode()), pick=pick))
                continue
            parts.append(separator if isinstance(field, RowsNode) else b'%b"%b":' % (separator, name.encode()))
            parts.extend(self._parts(field))
        return [*parts, b"}"]

    def _mixed(self, node: MixedNode) -> Texts:
        """Write the only list of a level of one row."""
        texts: Texts = [b"null"] * node.length
        for positions, items in node.parts:
            rows = joined(braided(self._object(items), items.count))
            for position, text in zip(positions.tolist(), rows, strict=True):
                texts[position] = text
        return [b"[" + b",".join(texts) + b"]"]

    def _worth_keeping(self, node: RowsNode) -> bool:
        """Say whether these fields are to be written for the whole table: where they were asked for before."""
        table = node.rows.table
        if table.of_request or table.num_rows > WHOLE_TABLE_ROWS:
            return False
        return self._rendered.asked_before(table, node.signature)

    def _row_fields(self, node: RowsNode) -> list[Part]:
        """Write fields that depend on the row alone: for these rows at first, then for the whole table, and picked."""
        if not self._worth_keeping(node):
            return self._fields(node, node.rows)
        table = node.rows.table
        texts = self._rendered.get(table, ("texts", node.signature), lambda: self._whole(node, b"", b""))
        return [picked(texts, node.rows.indices)]

    def _lists_of_rows(self, node: RowsNode, offsets: NDArray[np.int64]) -> Part:
        """Write lists of objects that depend on the row alone, likewise."""
        table, rows = node.rows.table, node.rows.indices
        if not self._worth_keeping(node):
            # Many pieces: put together here, since every level above would hand them on one by one.
            return joined(listed(braided([b"{", *self._fields(node, node.rows), b"},"], len(rows)), offsets))
        side_by_side = is_range(rows)
        if len(offsets) == 2 and not side_by_side:  # noqa: PLR2004 - the bounds of a single list
            # Its rows are copied once, into the answer. Of many short lists, one copy more is less to handle.
            texts = self._rendered.get(table, ("items", node.signature), lambda: self._whole(node, b"{", b"},"))
            return listed(Rope(picked(texts, rows), range(len(rows) + 1)), offsets)
        array = self._rendered.get(
            table, ("array", node.signature), lambda: pa.array(self._whole(node, b"{", b"},"), pa.binary())
        )
        return cut(array.slice(rows[0], len(rows)) if side_by_side else array.take(pa.array(rows)), offsets)

    def _fields(self, node: RowsNode, rows: RowSet) -> list[Part]:
        """Return what the fields of these rows are, without the braces, which are the object's."""
        return self._parts(node.resolve(rows))[1:-1]

    def _whole(self, node: RowsNode, before: bytes, behind: bytes) -> Texts:
        """Write the fields of every row of the table, between what stands before and behind each."""
        table = node.rows.table
        rope = braided([before, *self._fields(node, RowSet.whole(table)), behind], table.num_rows)
        return [b"".join(rope.pieces[start:stop]) for start, stop in pairwise(rope.bounds)]

    def _cells(
        self,
        column: TableColumn | pa.Array[Any] | NDArray[np.int64],
        *,
        before: bytes = b"",
        pick: Callable[[Texts], Texts] | None = None,
    ) -> Texts:
        """Write the cells of a column: of the whole table once, then picked.

        Args:
            column: The column.
            before: What stands before each cell.
            pick: Picks the column's rows, where it is known already.
        """
        if isinstance(column, np.ndarray):
            return [b"%d" % number for number in column.tolist()]
        if not isinstance(column, TableColumn):
            one = len(column) == 1 and not pa.types.is_list(column.type)
            return [orjson.dumps(column[0].as_py())] if one else texts_of(encode_cells(column))
        table = column.rows.table
        if table.of_request or table.num_rows > WHOLE_TABLE_ROWS:
            return _behind(before, texts_of(encode_cells(column.array())))

        def whole() -> Texts:
            return _behind(before, texts_of(encode_cells(table.columns[column.name])))

        texts: Texts = self._rendered.get(table, (column.name, before), whole)
        if column.rows.indices is table.all_rows:
            return texts
        if pick is None:
            pick = picker(column.rows.indices)
        return pick(texts)


def _behind(before: bytes, texts: Texts) -> Texts:
    return [before + text for text in texts] if before else texts


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return a value as JSON; what is JSON already is put in its place, and in objects copied no more than once."""
    pieces: Texts = []
    _add(value, pieces)
    return b"".join(pieces)


def _add(value: Any, pieces: Texts) -> None:  # noqa: ANN401 - any JSON
    """Add the text of a value to the pieces of an answer."""
    if isinstance(value, JsonText):
        pieces += value.pieces
    elif isinstance(value, dict) and value:
        separator = b"{"
        for name, member in value.items():
            pieces.append(b"%b%b:" % (separator, orjson.dumps(name)))
            _add(member, pieces)
            separator = b","
        pieces.append(b"}")
    else:
        pieces.append(orjson.dumps(value, default=_as_fragment))


def _as_fragment(value: Any) -> orjson.Fragment:  # noqa: ANN401 - orjson asks of anything that it does not know
    if not isinstance(value, JsonText):
        raise TypeError(f"{type(value).__name__} is no JSON")
    return orjson.Fragment(b"".join(value.pieces))
