"""Gives a resolved selection as Python values: dicts, lists and leaves, for callers in the same process."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from execution.nodes import (
    CompletedNode,
    ConstantNode,
    LeafNode,
    ListNode,
    MaybeNode,
    MixedNode,
    ObjectNode,
    OpenNode,
    PendingNode,
    RowsNode,
)
from tables.row_set import TableColumn

if TYPE_CHECKING:
    from execution.nodes import Node


class PythonWriter:
    """Turns nodes into Python values."""

    def finish(self, node: Node) -> Any:  # noqa: ANN401 - a value of the answer
        """Return the value of a node of one row."""
        return self._column(node, 1)[0]

    def _column(  # noqa: C901, PLR0911, PLR0912 - one case per kind of node
        self, node: Node, count: int
    ) -> list[Any]:
        match node:
            case ConstantNode(text):
                return [text] * count
            case LeafNode(column):
                array = column.array() if isinstance(column, TableColumn) else column
                return list(array.tolist())
            case CompletedNode(values):
                return values
            case RowsNode():
                return self._objects(node.resolve(node.rows))
            case ObjectNode():
                return self._objects(node)
            case ListNode(offsets, items):
                objects = self._objects(items)
                return [objects[start:stop] for start, stop in pairwise(offsets.tolist())]
            case MaybeNode(present, items):
                given = iter(self._objects(items))
                return [next(given) if there else None for there in present.tolist()]
            case MixedNode(length, parts):
                mixed: list[Any] = [None] * length
                for positions, items in parts:
                    for position, item in zip(positions.tolist(), self._objects(items), strict=True):
                        mixed[position] = item
                return [mixed]
            case PendingNode(delivered) if delivered is not None:
                return self._column(delivered, count)
            case OpenNode():
                return self._column(node.node, count)
            case _:
                raise TypeError(f"{type(node).__name__} has not been delivered")

    def _objects(self, node: ObjectNode) -> list[dict[str, Any]]:
        objects: list[dict[str, Any]] = [{} for _ in range(node.count)]
        for name, field in node.fields:
            for target, value in zip(objects, self._column(field, node.count), strict=True):
                if isinstance(field, RowsNode):
                    target.update(value)
                else:
                    target[name] = value
        return objects
