"""Which fields a level has, and which of them depend on the row alone; worked out once per document where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import GraphQLList, GraphQLNonNull, is_leaf_type
from graphql.execution.collect_fields import collect_subfields

if TYPE_CHECKING:
    from collections.abc import Hashable

    from graphql import GraphQLField, GraphQLObjectType, GraphQLOutputType
    from graphql.execution import Executor
    from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet

    from execution.plan import Plan

# The key of a Strawberry field's metadata that says: the value depends on the row alone, not on request or context.
OF_THE_ROW = "of the row"

# The response name of each field, its nodes, and what it writes into a row, if that depends on the row alone.
Level: TypeAlias = "list[tuple[str, FieldDetailsList, Hashable | None]]"


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
    level = [
        (name, field_details, _signature(executor, object_type, name, field_details))
        for name, field_details in _subfields(executor, object_type, details).items()
    ]
    if levels is not None:
        levels[place] = level
    return level


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
