"""Every list that a client sends has a maximum length, checked before any work on its items."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from execution.strawberry_internals import core_schema
from schema.build import build_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLField

    from tests.graph import Graph

SCHEMA = core_schema(build_schema())
# Greatest length of each list argument and list field of an input, by its name.
MAXIMA = {
    "_entities.representations": 2_000,
    "nodes.ids": 2_000,
    "orderBy": 32,
    "per": 64,
    "of": 64,
    "match": 64,
    "compare": 64,
    "minimize": 64,
    "maximize": 64,
    "against": 64,
    "by": 64,
    "exclude": 1_000,
    "edges": 1_001,
    "p": 101,
    "at": 1_000,
    "and": 1_000,
    "or": 1_000,
    "in": 1_000,
    "notIn": 1_000,
}
VALUES = {"Int": 1, "Float": 1.0, "String": "a", "ID": "a", "Boolean": True, "_Any": {}}
# Fields of one object, which is null for the id above.
SINGLE = {"model", "gpu", "task", "llmRun", "diffusionRun", "taskInfo"}


def lists() -> Iterator[tuple[str, str, str]]:
    """Yield each list argument as type, field and argument, and once for each input the lists in it."""
    inputs = set()
    for parent in SCHEMA.type_map.values():
        if isinstance(parent, GraphQLObjectType) and not parent.name.startswith("__"):
            for name, field in parent.fields.items():
                for argument, definition in field.args.items():
                    if is_list(definition.type):
                        yield parent.name, name, argument
                    elif (kind := get_named_type(definition.type)) not in inputs:
                        inputs.add(kind)
                        yield from ((parent.name, name, f"{argument}.{path}") for path in lists_in(kind))


def lists_in(kind: GraphQLInputType, below: int = 2) -> Iterator[str]:
    """Yield the path of each list in an input object; one path per operator type."""
    named, found = get_named_type(kind), set()
    if isinstance(named, GraphQLInputObjectType) and below:
        for name, field in named.fields.items():
            if is_list(field.type):
                yield name
            elif get_named_type(field.type) not in found and name != "not":
                found.add(get_named_type(field.type))
                yield from (f"{name}.{rest}" for rest in lists_in(field.type, below - 1))


def is_list(kind: GraphQLInputType) -> bool:
    """Return whether a type is a list."""
    return isinstance(get_nullable_type(kind), GraphQLList)


def value_of(kind: Any) -> Any:  # noqa: ANN401 - a type; any JSON
    """Return a valid value of a type."""
    kind = get_nullable_type(kind)
    match kind:
        case GraphQLList():
            return [value_of(kind.of_type)]
        case GraphQLEnumType():
            return next(iter(kind.values))
        case GraphQLInputObjectType():
            required = {name: each for name, each in kind.fields.items() if is_required_input_field(each)}
            return {name: value_of(each.type) for name, each in required.items()}
        case _:
            return VALUES[kind.name]


def too_long(kind: Any, path: list[str], maximum: int) -> Any:  # noqa: ANN401 - a type; any JSON
    """Return a value whose list at this path has one item more than the maximum."""
    if not path:
        return [value_of(get_nullable_type(kind).of_type)] * (maximum + 1)
    return {path[0]: too_long(get_named_type(kind).fields[path[0]].type, path[1:], maximum)}


def route(target: str) -> list[tuple[str, GraphQLField]]:
    """Return the shortest path of fields from the root to an object type."""
    pending: deque[tuple[Any, tuple[tuple[str, GraphQLField], ...]]] = deque([(SCHEMA.query_type, ())])
    seen: set[GraphQLObjectType] = set()
    while pending:
        parent, path = pending.popleft()
        if parent.name == target:
            return list(path)
        for name, field in parent.fields.items():
            kind = get_named_type(field.type)
            if isinstance(kind, GraphQLObjectType) and kind not in seen and name not in SINGLE:
                seen.add(kind)
                pending.append((kind, (*path, (name, field))))
    raise AssertionError(target)


def selection_of(kind: Any) -> str:  # noqa: ANN401 - a type
    """Return a selection of one field, if the type needs one."""
    return "" if is_leaf_type(get_named_type(kind)) else " { __typename }"


def query_of(target: str, name: str, argument: str) -> tuple[str, dict[str, Any]]:
    """Return a query with variables that reaches a field, in which only the argument is given beyond the required."""
    variables: dict[str, tuple[str, Any]] = {}

    def call(name: str, field: GraphQLField, given: str | None, value: Any = None) -> str:  # noqa: ANN401
        arguments = []
        for each, definition in field.args.items():
            if each == given or is_required_argument(definition) or each == "first":
                variable = f"v{len(variables)}"
                content = value if each == given else 1 if each == "first" else value_of(definition.type)
                variables[variable] = (str(definition.type), content)
                arguments.append(f"{each}: ${variable}")
        return f"{name}({', '.join(arguments)})" if arguments else name

    parent = SCHEMA.type_map[target]
    assert isinstance(parent, GraphQLObjectType)
    field = parent.fields[name]
    given, *path = argument.split(".")
    value = too_long(field.args[given].type, path, maximum_of(name, argument))
    text = call(name, field, given, value) + selection_of(field.type)
    for above, each in reversed(route(target)):
        text = f"{call(above, each, None)} {{ {text} }}"
    declared = ", ".join(f"${variable}: {kind}" for variable, (kind, _) in variables.items())
    return f"query ({declared}) {{ {text} }}", {variable: content for variable, (_, content) in variables.items()}


def maximum_of(name: str, argument: str) -> int:
    """Return the maximum length of a list; an unknown list is an error of the test."""
    last = argument.rpartition(".")[2]
    return MAXIMA.get(f"{name}.{last}") or MAXIMA[last]


@pytest.mark.parametrize(("target", "name", "argument"), list(lists()), ids=str)
def test_a_list_with_one_item_too_many_is_refused(graph: Graph, target: str, name: str, argument: str) -> None:
    """The error names the length of the list and the maximum; a new list without a maximum fails here."""
    query, variables = query_of(target, name, argument)
    maximum = maximum_of(name, argument)
    errors = graph.answer(query, **variables).errors
    assert errors is not None, query
    error = errors[0]
    assert (error.extensions or {}).get("code") in {"QUERY_TOO_COMPLEX", "BAD_USER_INPUT"}, error
    assert f" {maximum + 1} " in error.message
    assert f" {maximum}" in error.message.partition("allowed" if "allowed" in error.message else "at most")[2]


def test_the_table_has_no_other_lists() -> None:
    """Each entry is a list of the schema."""
    names = {argument.rpartition(".")[2] for _, _, argument in lists()}
    assert {entry.rpartition(".")[2] for entry in MAXIMA} == names
