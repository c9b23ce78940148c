"""The compiled form of a selection: a tree of steps, one per field and level."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import FieldNode, GraphQLObjectType

    from execution.cost import CostNode
    from execution.measured_arguments import MeasuredArguments
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
    measured: MeasuredArguments | None = None  # the arguments on which its cost depends
    selection: Selection = ()  # the fields below, for objects of one type
    selections: Mapping[str, Selection] = dataclasses.field(default_factory=dict)  # by type name, for an abstract type


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
    key_bytes: int = dataclasses.field(init=False)  # length of their keys and separators

    def __post_init__(self) -> None:
        self.width, self.key_bytes = _size(self.fields)

    @property
    def row_bytes(self) -> int:
        """Approximate length of the text of a row."""
        return self.key_bytes + _CELL_BYTES * self.width


def _size(selection: Selection) -> tuple[int, int]:
    """Return the number of fields of a block, and the length of their keys; including those below."""
    width = key_bytes = 0
    for lead, child in selection:
        key_bytes += len(lead)
        if isinstance(child, Block):
            width += child.width
            key_bytes += child.key_bytes
            continue
        width += 1
        key_bytes += len(child.key)
        if isinstance(child, Step) and child.selection:
            width_below, bytes_below = _size(child.selection)
            width += width_below
            key_bytes += bytes_below
    return width, key_bytes


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
