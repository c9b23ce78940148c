"""Which fields a level has, and which of them depend on the row alone; worked out once per document where it can be."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from graphql import GraphQLList, GraphQLNonNull, is_leaf_type
from graphql.execution.collect_fields import collect_subfields

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from graphql import GraphQLField, GraphQLObjectType, GraphQLOutputType
    from graphql.execution import Executor
    from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

    from execution.plan import Plan

# The key of a Strawberry field's metadata that says: the value depends on the row alone, not on request or context. The
# value under it is the name of the table's column where the field is that column, and else None.
OF_THE_ROW = "of the row"


@dataclass(frozen=True, slots=True)
class LevelField:
    """A field that is selected of a level's objects.

    Args:
        name: Its name in the answer.
        details: Its places in the document.
        signature: What it writes into a row, if that depends on the row alone; else None.
        column: The table's column that it is, if it is one.
        kind: Its type, if it is a column.
    """

    name: str
    details: FieldDetailsList
    signature: Hashable | None
    column: str | None = None
    kind: GraphQLOutputType | None = None


class Signature:
    """What neighbouring fields write into a row, equal to any other that writes the same.

    One answer looks for it several times: its hash, which goes through all fields, is worked out once.

    Args:
        type_name: The type whose fields they are.
        fields: The fields, which all have a signature of their own.
    """

    __slots__ = ("_hash", "_parts")

    def __init__(self, type_name: str, fields: Sequence[LevelField]) -> None:
        self._parts = (type_name, *(each.signature for each in fields))
        self._hash = hash(self._parts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Signature) and self._parts == other._parts

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Neighbouring fields whose values depend on the row alone.

    Args:
        fields: The fields.
        signature: What they write into a row.
    """

    fields: tuple[LevelField, ...]
    signature: Signature


@dataclass(frozen=True, slots=True)
class Level:
    """What is selected of a level's objects.

    Args:
        fields: The fields.
        parts: The same, with those together that can be written together where the objects are rows of a table.
    """

    fields: list[LevelField]
    parts: list[LevelField | Neighbours]


def fields_of_level(
    executor: Executor[Any], plan: Plan, object_type: GraphQLObjectType, details: FieldDetailsList
) -> Level:
    """Return the fields that are selected of a level's objects.

    An operation without directives selects the same for all variables: what was worked out once is in its plan.
    """
    levels = plan.levels
    place = (object_type.name, *(id(detail.node) for detail in details))
    if levels is not None and place in levels:
        return levels[place]
    fields = [
        _level_field(executor, plan, object_type, name, field_details)
        for name, field_details in _subfields(executor, object_type, details).items()
    ]
    level = Level(fields, list(_parts(object_type, fields)))
    if levels is not None:
        levels[place] = level
    return level


def _parts(object_type: GraphQLObjectType, fields: Sequence[LevelField]) -> Iterator[LevelField | Neighbours]:
    for of_the_row, several in groupby(fields, lambda each: each.signature is not None):
        together = tuple(several)
        if of_the_row:
            yield Neighbours(together, Signature(object_type.name, together))
        else:
            yield from together


def _subfields(executor: Executor[Any], object_type: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
    return collect_subfields(
        executor.schema,
        executor.fragments,
        executor.variable_values,
        executor.operation,
        object_type,
        details,
        executor.hide_suggestions,
    ).grouped_field_set


def _level_field(
    executor: Executor[Any], plan: Plan, object_type: GraphQLObjectType, name: str, details: FieldDetailsList
) -> LevelField:
    node = details[0].node
    key = (object_type.name, node.name.value)
    if key in plan.columns and not node.arguments:
        return LevelField(name, details, (name, node.name.value), *plan.columns[key])
    signature = _signature(executor, object_type, name, details)
    field = executor.schema.get_field(object_type, node.name.value)
    if signature is None or field is None or not _of_the_row(field):
        return LevelField(name, details, signature)
    column: str | None = field.extensions["strawberry-definition"].metadata[OF_THE_ROW]
    if column is not None:
        plan.columns[key] = (column, field.type)
    return LevelField(name, details, signature, column, field.type)


def _signature(
    executor: Executor[Any], object_type: GraphQLObjectType, name: str, details: FieldDetailsList
) -> Hashable | None:
    """Return what the field writes into a row, if that depends on the row alone; else None."""
    node = details[0].node
    field_name = node.name.value
    if field_name == "__typename":
        return (name, field_name)
    field = executor.schema.get_field(object_type, field_name)
    if field is None or not _of_the_row(field) or node.arguments:
        return None
    inner = _named(field.type)
    if is_leaf_type(inner):
        return (name, field_name)
    below: list[Hashable] = []
    for child, child_details in _subfields(executor, inner, details).items():
        signature = _signature(executor, inner, child, child_details)
        if signature is None:
            return None
        below.append(signature)
    return (name, field_name, tuple(below))


def _of_the_row(field: GraphQLField) -> bool:
    definition = field.extensions.get("strawberry-definition")
    return definition is not None and OF_THE_ROW in definition.metadata


def _named(kind: GraphQLOutputType) -> Any:  # noqa: ANN401 - the named type inside lists and non-nulls
    while isinstance(kind, GraphQLNonNull | GraphQLList):
        kind = kind.of_type
    return kind
