"""The compiled form of a selection: a tree of steps, one per field and level."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import FieldNode, GraphQLObjectType

    from execution.cost import CostNode
    from execution.schema_fields import SchemaField


_CELL_BYTES = 30


@dataclass(slots=True, eq=False)
class Step:
    """One field at one level."""

    name: str  # in the response
    key: bytes  # the name as JSON, with the colon
    field: SchemaField
    node: FieldNode  # the first of the merged nodes; synthetic if documents share the step
    resolve: Callable[[Any, Any], Any]  # takes the parents (None at the root) and an `Env`, returns a column
    fixed: bool  # the column depends on the parents alone: arguments are constants, and nothing is awaited
    selection: Selection = ()  # the fields below, for objects of one type
    selections: Mapping[str, Selection] = dataclasses.field(default_factory=dict)  # by type name, for a union


@dataclass(slots=True, eq=False)
class TypeName:
    """`__typename`: the same text in all rows."""

    name: str
    key: bytes
    text: bytes


@dataclass(slots=True, eq=False)
class Block:
    """Neighbouring fields that depend on the table row alone: leaves and to-one relations.

    Lists are excluded: they would make the text of each row long, and hide its cost.
    """

    fields: Selection
    fingerprint: str  # type, names and fields below: a cache key that is independent of the document
    width: int = dataclasses.field(init=False)  # number of fields, including those below
    row_bytes: int = dataclasses.field(init=False)  # approximate length of the text of a row

    def __post_init__(self) -> None:
        self.width, keys = _size(self.fields)
        self.row_bytes = keys + _CELL_BYTES * self.width


def _size(selection: Selection) -> tuple[int, int]:
    """Return the number of fields of a block, and the length of their keys; including those below."""
    width = text_bytes = 0
    for lead, child in selection:
        below = child.fields if isinstance(child, Block) else child.selection if isinstance(child, Step) else ()
        width_below, text_below = _size(below)
        width += width_below
        text_bytes += len(lead) + text_below
        if not isinstance(child, Block):
            width, text_bytes = width + 1, text_bytes + len(child.key)
    return width, text_bytes


Child: TypeAlias = Step | TypeName | Block

# Children of one level in response order, each with the text in front of it: a brace or a comma.
Selection: TypeAlias = "Sequence[tuple[bytes, Child]]"


@dataclass(slots=True, eq=False)
class RootStep:
    """A field of the root or a namespace."""

    key: bytes
    path: tuple[str, ...]  # response names from the root to the field
    parent: GraphQLObjectType
    step: Step | None = None  # None for a namespace, `__typename`, and a field that cannot be compiled
    reason: str = ""  # for a field that cannot be compiled
    text: bytes = b""  # of `__typename`
    cost: CostNode | None = None  # of introspection
    children: Sequence[RootStep] | None = None  # the fields of a namespace
