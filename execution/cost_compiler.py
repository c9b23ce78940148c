"""Compiles steps into nodes of their cost, which is evaluated for each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from execution.cost import CostNode
from execution.steps import Block, TypeName

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.steps import RootStep, Selection, Step

# Units, as in `execution/cost.py`.
_LEAF = 0.3  # a cell of the answer, without the text of its key
_OBJECT = 0.15  # an object without a declared cost
_TEXT = 1 / 256  # a byte of the answer: copied, compressed and sent


@dataclass(slots=True)
class CostCompiler:
    """Compiles steps into the nodes of their cost."""

    _below: dict[int, tuple[float, list[CostNode]]] = field(default_factory=dict)

    def nodes(self, roots: Sequence[RootStep]) -> list[CostNode]:
        """Return the nodes of the fields of the root or a namespace."""
        nodes = []
        for root in roots:
            if root.step is not None:
                nodes.append(self._node(root.step))
            elif root.children is not None:
                nodes.append(CostNode(root.path[-1], None, None, children=self.nodes(root.children)))
            elif root.cost is not None:
                nodes.append(root.cost)
        return nodes

    def _node(self, step: Step) -> CostNode:
        node = CostNode(step.name, step.field.cost, step.measured, per_parent=len(step.key) * _TEXT)
        if step.selections:
            node.alternatives = [
                CostNode("", None, None, 0, *self._selection(selection)) for selection in step.selections.values()
            ]
        elif step.field.is_leaf:
            node.per_parent = _leaf(step.key)
        else:
            node.per_object, node.children = self._selection(step.selection)
        return node

    def _selection(self, selection: Selection) -> tuple[float, list[CostNode]]:
        """Return the units per object of the fields with a constant cost, and the nodes of the others."""
        known = self._below.get(id(selection))
        if known is None:
            units, nodes = _OBJECT, []
            for _, child in selection:
                if isinstance(child, Block):
                    units += child.width * _LEAF + child.key_bytes * _TEXT
                elif isinstance(child, TypeName):
                    units += (len(child.key) + len(child.text)) * _TEXT
                elif child.field.cost is None and child.field.is_leaf:
                    units += _leaf(child.key)
                else:
                    node = self._node(child)
                    if node.cost is None and not node.children and not node.alternatives:
                        units += node.per_parent + node.per_object
                    else:
                        nodes.append(node)
            known = self._below[id(selection)] = units, nodes
        return known


def _leaf(key: bytes) -> float:
    return _LEAF + len(key) * _TEXT
