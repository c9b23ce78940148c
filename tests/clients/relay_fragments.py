"""Relay fragments for every entity and every connection of a schema, derived from its types."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLField, GraphQLInputType, GraphQLSchema

Path = tuple[tuple[str, str], ...]  # fields with their arguments, from a type that can be refetched
_SCALARS = {"Int": "1", "Float": "1.0", "String": '"a"', "ID": '"a"', "Boolean": "true"}


def object_types(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """Return the object types of a schema without those of introspection."""
    types = schema.type_map.values()
    return [kind for kind in types if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("_")]


def entities(schema: GraphQLSchema) -> list[GraphQLObjectType]:
    """Return the types that implement `Node`."""
    return [kind for kind in object_types(schema) if "Node" in {each.name for each in kind.interfaces}]


def connections(schema: GraphQLSchema) -> list[tuple[GraphQLObjectType, str]]:
    """Return each field with a page of a list, and its type: those with `first` and `after` whose type has edges."""
    found = []
    for kind in object_types(schema):
        for name, field in kind.fields.items():
            below = get_named_type(field.type)
            if {"first", "after"} <= field.args.keys() and isinstance(below, GraphQLObjectType):
                assert {"edges", "pageInfo"} <= below.fields.keys()
                found.append((kind, name))
    return found


def refetch_fragments(schema: GraphQLSchema) -> dict[str, str]:
    """Return a fragment with `@refetchable` on each entity, by the name of its query."""
    fragments = {}
    for kind in entities(schema):
        leaves = [
            name
            for name, field in kind.fields.items()
            if is_leaf_type(get_named_type(field.type)) and not any(map(is_required_argument, field.args.values()))
        ]
        query = f"app{kind.name}RefetchQuery"
        fragments[query] = (
            f'fragment app_{kind.name} on {kind.name} @refetchable(queryName: "{query}") {{ {" ".join(leaves)} }}'
        )
    return fragments


def page_fragments(schema: GraphQLSchema) -> tuple[dict[str, str], list[str]]:
    """Return a fragment with `@connection` for each connection.

    The first are refetchable, by the name of their query: their connection is reached from an entity or the root
    without a list in between, as `usePaginationFragment` requires. The others are those below lists without identity.
    """
    paths = _paths(schema)
    refetchable, others = {}, []
    for parent, name in connections(schema):
        field = parent.fields[name]
        label = f"{parent.name}_{name}"
        given = _arguments(field, {"first": "$count", "after": "$cursor"})
        selection = f'{name}{given} @connection(key: "app_{label}__{name}") {{ edges {{ node {{ __typename }} }} }}'
        variables = "@argumentDefinitions(count: {type: Int, defaultValue: 2}, cursor: {type: String})"
        root, path = paths.get(parent.name, (parent.name, None))
        if path is None:
            others.append(f"fragment app_{label} on {root} {variables} {{ {selection} }}")
            continue
        for above, arguments in reversed(path):
            selection = f"{above}{arguments} {{ {selection} }}"
        query = f"app{label.replace('_', '')}PageQuery"
        directive = f'@refetchable(queryName: "{query}")'
        refetchable[query] = f"fragment app_{label} on {root} {directive} {variables} {{ {selection} }}"
    return refetchable, others


def _paths(schema: GraphQLSchema) -> dict[str, tuple[str, Path]]:
    """Return the shortest path without lists to each type, from the root or an entity."""
    roots = [schema.query_type, *entities(schema)]
    found: dict[str, tuple[str, Path]] = {kind.name: (kind.name, ()) for kind in roots if kind}
    pending = deque(kind for kind in roots if kind)
    while pending:
        parent = pending.popleft()
        root, path = found[parent.name]
        for name, field in parent.fields.items():
            below = get_named_type(field.type)
            if isinstance(below, GraphQLObjectType) and below.name not in found and not _is_list(field):
                found[below.name] = root, (*path, (name, _arguments(field, {})))
                pending.append(below)
    return found


def _is_list(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type))


def _arguments(field: GraphQLField, given: Mapping[str, str]) -> str:
    required = {name: _literal(each.type) for name, each in field.args.items() if is_required_argument(each)}
    parts = [f"{name}: {value}" for name, value in {**required, **given}.items()]
    return f"({', '.join(parts)})" if parts else ""


def _literal(kind: GraphQLInputType) -> str:
    """Return a valid value of a type."""
    named: Any = get_nullable_type(kind)
    if is_list_type(named):
        return f"[{_literal(named.of_type)}]"
    if isinstance(named, GraphQLEnumType):
        return str(next(iter(named.values)))
    if isinstance(named, GraphQLInputObjectType):
        required = {name: each.type for name, each in named.fields.items() if is_required_input_field(each)}
        return f"{{{', '.join(f'{name}: {_literal(each)}' for name, each in required.items())}}}"
    return _SCALARS[named.name]
