"""The compiled form of a selection: a tree of steps, one per field and level."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import FieldNode, GraphQLObjectType

    from execution.schema_fields import SchemaField


@dataclass(slots=True, eq=False)
class Step:
    """One field at one level."""

    name: str  # in the response
    key: bytes  # the same as JSON, with the colon
    field: SchemaField
    node: FieldNode  # the first of those that were merged; a stand-in where documents share the step
    resolve: Callable[[Any, Any], Any]  # from the parents (None at the root) and the request's `Env` to a column
    fixed: bool  # the column depends on the parents alone: the arguments are constants, and nothing is awaited
    selection: Selection = ()  # the fields below, where the values are objects of one type
    selections: Mapping[str, Selection] = dataclasses.field(default_factory=dict)  # the same by type name, for a union


@dataclass(slots=True, eq=False)
class TypeName:
    """`__typename`: the same text in all rows."""

    name: str
    key: bytes
    text: bytes


@dataclass(slots=True, eq=False)
class Block:
    """Neighbouring fields of a table row that depend on the row alone: leaves and to-one relations.

    Lists are not among them: a list in every row would make its text long, and hide its cost.
    """

    fields: Selection
    fingerprint: str  # type, names and fields below; the same for all documents that select the same


Child: TypeAlias = Step | TypeName | Block

# The children of one level in the order of the response, each with the text in front of it: a brace or a comma.
Selection: TypeAlias = "Sequence[tuple[bytes, Child]]"


@dataclass(slots=True, eq=False)
class RootStep:
    """A field of the root, or of a namespace, which nests the root's fields."""

    key: bytes
    path: tuple[str, ...]  # the names that lead to it, its own last
    parent: GraphQLObjectType
    step: Step | None = None  # None where it cannot be compiled, for a namespace and for `__typename`
    reason: str = ""  # why it cannot be compiled
    text: bytes = b""  # of `__typename`
    children: Sequence[RootStep] | None = None  # the fields of a namespace
