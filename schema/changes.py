"""Changes between two versions of the schema that break clients, gateways or the meaning of a query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    BreakingChangeType,
    DangerousChangeType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    find_schema_changes,
    print_ast,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLField, GraphQLNamedType, GraphQLSchema

_CHANGED_DEFAULTS = {
    DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
    DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
}
# Applied directives whose removal breaks nobody: the first two inform, `@oneOf` restricts.
_REMOVABLE = {"deprecated", "specifiedBy", "oneOf"}
# Coordinates in graphql-core's descriptions: of members, arguments and directives, of unions, and of other types.
_MEMBER = re.compile(r"@?\w+(?:\.\w+)?\(\w+:\)|\w+\.\w+|@\w+")
_UNION = re.compile(r"union type (\w+)")
_TYPE = re.compile(r"(?:Standard scalar )?(\w+)")


@dataclass(frozen=True)
class Change:
    """A change of one element of the schema.

    Args:
        coordinate: The element, as the GraphQL specification writes schema coordinates: `Type.field(argument:)`.
        description: A sentence without the final full stop.
        is_breaking: Whether queries that were valid fail, or a gateway no longer composes the graph. Other changes
            are those of a default: the same query has another meaning.
    """

    coordinate: str
    description: str
    is_breaking: bool = True


def read_sdl(sdl: str) -> GraphQLSchema:
    """Return the schema of an SDL, in which directives of other specifications may be undefined."""
    return build_schema(sdl, assume_valid_sdl=True)


def changes(old: GraphQLSchema, new: GraphQLSchema) -> list[Change]:
    """Return the breaking changes and the changed defaults.

    Additions are not listed: clients must expect new fields, optional arguments and enum values.
    """
    return [*_reported_changes(old, new), *_removed_directives(old, new), *_new_one_of(old, new)]


def _reported_changes(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """Find what graphql-core finds; it ignores applied directives."""
    for change in find_schema_changes(old, new):
        is_breaking = isinstance(change.type, BreakingChangeType)
        if is_breaking or change.type in _CHANGED_DEFAULTS:
            yield Change(_coordinate(change.description), change.description.rstrip("."), is_breaking)


def _coordinate(description: str) -> str:
    """Return the coordinate in a description of graphql-core, whose changes have no field for it."""
    if member := _MEMBER.search(description):
        return member[0]
    named = _UNION.search(description) or _TYPE.match(description)
    assert named  # noqa: S101 - for the type checker: every description names an element
    return named[1]


def _removed_directives(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """Find applied directives that were removed or changed: without its `@key`, no other graph can join an entity."""
    remaining = dict(_applied_directives(new))
    for coordinate, directives in _applied_directives(old):
        for directive in sorted(directives - remaining.get(coordinate, directives)):
            yield Change(coordinate, f"{directive} was removed from {coordinate}")


def _applied_directives(schema: GraphQLSchema) -> Iterator[tuple[str, set[str]]]:
    """Yield the directives of each type and each field of an output type, as in the SDL."""
    for name, each in schema.type_map.items():
        yield name, _directives_of(each)
        if isinstance(each, (GraphQLObjectType, GraphQLInterfaceType)):
            for field_name, field in each.fields.items():
                yield f"{name}.{field_name}", _directives_of(field)


def _directives_of(element: GraphQLNamedType | GraphQLField) -> set[str]:
    nodes = [node for node in (element.ast_node, *getattr(element, "extension_ast_nodes", ())) if node is not None]
    applied = [directive for node in nodes for directive in node.directives or ()]
    return {print_ast(directive) for directive in applied if directive.name.value not in _REMOVABLE}


def _new_one_of(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    """Find inputs that now accept only one field."""
    for name, before in old.type_map.items():
        after = new.type_map.get(name)
        if isinstance(after, GraphQLInputObjectType) and after.is_one_of and not getattr(before, "is_one_of", True):
            yield Change(name, f"@oneOf was added to {name}")
