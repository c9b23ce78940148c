"""One query for each field of the contract with clients, with its required arguments and the scalars below it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLObjectType,
    ObjectTypeDefinitionNode,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_required_argument,
    parse,
)

from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import GraphQLField, GraphQLInputType, GraphQLSchema

# Rows of a page of runs; a request may open 32 raw files, and these views open those of all selected runs.
_PAGE = "first: 20"
_NARROW_PAGE = 'first: 20, where: { numGpus: { eq: 8 }, nickname: { startsWith: "A" } }'
_RAW_VIEWS = ("commonTimelines", "outputLengthDistribution")
_VALUES = {
    "baseline": '"H100"',
    "candidate": '"B200"',
    "over": '"H100"',
    "differ": "GPU_MODEL",
    "match": "[TASK, NICKNAME]",
    "minimize": "[AVG_POWER_WATTS, NUM_GPUS]",
    "at": "[8, 64]",
    "p": "[5, 50, 95]",
}
# Of the gateway; not queries of their own.
_WITHOUT_QUERY = {"_service", "_entities"}


def promised_queries(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Yield name and query of each field of the contract, reached by the shortest path from the root.

    Fields of a connection of runs are computed over all runs, with a page of 20 of them.
    """
    paths = _paths(schema)
    for file in sorted((ROOT / "tests" / "promised").glob("*.graphql")):
        for node in parse(file.read_text(encoding="utf-8")).definitions:
            if not isinstance(node, ObjectTypeDefinitionNode) or node.name.value not in paths:
                continue
            kind = schema.type_map[node.name.value]
            assert isinstance(kind, GraphQLObjectType)
            for field in node.fields or ():
                name = field.name.value
                if name not in _WITHOUT_QUERY:
                    query = paths[kind.name] % _selected(name, kind.fields[name])
                    reads_raw_files = any(view in query for view in _RAW_VIEWS)
                    yield f"{kind.name}.{name}", query.replace(_PAGE, _NARROW_PAGE) if reads_raw_files else query


def leaves(kind: GraphQLObjectType) -> str:
    """Return the fields of a type that have neither arguments nor fields below."""
    return " ".join(
        name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type)) and not field.args
    )


def _paths(schema: GraphQLSchema) -> dict[str, str]:
    """Return the shortest query down to each type, with `%s` for its selection."""
    assert schema.query_type
    paths = {schema.query_type.name: "{ %s }"}
    pending = deque([schema.query_type])
    while pending:
        parent = pending.popleft()
        for name, field in parent.fields.items():
            below = get_named_type(field.type)
            if isinstance(below, GraphQLObjectType) and below.name not in paths and name not in _WITHOUT_QUERY:
                paths[below.name] = paths[parent.name] % f"{name}{_arguments(field)} {{ %s }}"
                pending.append(below)
    return paths


def _selected(name: str, field: GraphQLField) -> str:
    below = get_named_type(field.type)
    selection = f" {{ __typename {leaves(below)} }}" if isinstance(below, GraphQLObjectType) else ""
    return f"{name}{_arguments(field)}{selection}"


def _arguments(field: GraphQLField) -> str:
    required = (name for name, each in field.args.items() if is_required_argument(each) or name == "minimize")
    given = [f"{name}: {_value(name, field.args[name].type)}" for name in required]
    if "first" in field.args and "Run" in str(field.type):
        given.append(_PAGE)
    return f"({', '.join(given)})" if given else ""


def _value(name: str, declared: GraphQLInputType) -> str:
    if name in _VALUES:
        return _VALUES[name]
    kind = get_nullable_type(declared)
    if isinstance(kind, GraphQLList):
        return f"[{_value(name, kind.of_type)}]"
    if isinstance(kind, GraphQLInputObjectType):
        required = {field: each.type for field, each in kind.fields.items() if is_required_argument(each)}
        return f"{{ {', '.join(f'{field}: {_value(field, each)}' for field, each in required.items())} }}"
    if isinstance(kind, GraphQLEnumType):
        return "AVG_POWER_WATTS" if "AVG_POWER_WATTS" in kind.values else next(iter(kind.values))
    return {"Float": "1000", "Int": "10", "String": '"H100"', "ID": '"H100"'}[get_named_type(kind).name]
