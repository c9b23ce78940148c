"""A request in other forms with the same answer: variables, fragments, directives, edges, entities, operations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphql import (
    ArgumentNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    NamedTypeNode,
    NameNode,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    parse,
    parse_type,
    print_ast,
    value_from_ast_untyped,
    visit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import Node

    Body = dict[str, Any]


def through_variables(query: str, schema: GraphQLSchema) -> Body:
    """Return a request whose arguments are all variables."""
    types = TypeInfo(schema)
    rewriter = _Variables(types)
    document = visit(parse(query), TypeInfoVisitor(types, rewriter))
    return {"query": print_ast(_declaring(document, rewriter.types)), "variables": rewriter.values}


def through_fragments(query: str, schema: GraphQLSchema) -> Body:
    """Return a request with a fragment for the selection of each field."""
    types = TypeInfo(schema)
    rewriter = _Fragments(types)
    document = visit(parse(query), TypeInfoVisitor(types, rewriter))
    return {"query": print_ast(DocumentNode(definitions=(*document.definitions, *rewriter.fragments)))}


def under_variable_directives(query: str, _: GraphQLSchema) -> Body:
    """Return a request that includes each field by a variable."""
    document = _declaring(visit(parse(query), _Included()), {"on": "Boolean!"})
    return {"query": print_ast(document), "variables": {"on": True}}


def through_edges(query: str, _: GraphQLSchema) -> Body:
    """Return a request for `edges { node }` instead of `nodes`."""
    return {"query": print_ast(visit(parse(query), _Edges()))}


def with_last(query: str, _: GraphQLSchema) -> Body:
    """Return a request for the last rows instead of the first."""
    return {"query": print_ast(visit(parse(query), _Last()))}


def in_a_second_operation(query: str, _: GraphQLSchema) -> Body:
    """Return a request for the second operation of a document."""
    return {"query": f"query Cheap {{ __typename }} query Expensive {query}", "operationName": "Expensive"}


def of_a_gateway(query: str, _: GraphQLSchema) -> Body:
    """Return a request for fields of GPU models, as a gateway sends it."""
    return {
        "query": f"query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on GPU {_of_gpus(query)} }} }}",
        "variables": {"of": [{"__typename": "GPU", "model": model} for model in ("B200", "H100")]},
    }


def by_id(query: str, _: GraphQLSchema) -> Body:
    """Return a request for fields of GPU models by their ids."""
    return {
        "query": f"query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on GPU {_of_gpus(query)} }} }}",
        "variables": {"ids": ["GPU:B200", "GPU:H100"]},
    }


def _of_gpus(query: str) -> str:
    """Return the selection of a query for GPU models; the whole query if it is for something else."""
    (operation,) = parse(query).definitions
    assert isinstance(operation, OperationDefinitionNode)
    (root,) = operation.selection_set.selections
    assert isinstance(root, FieldNode)
    return print_ast(root.selection_set) if root.name.value == "gpus" and root.selection_set else query


REWRITTEN: dict[str, Callable[[str, GraphQLSchema], Body]] = {
    rewrite.__name__.replace("_", " "): rewrite
    for rewrite in (
        *(through_variables, through_fragments, under_variable_directives, through_edges, with_last),
        *(in_a_second_operation, of_a_gateway, by_id),
    )
}


def _declaring(document: DocumentNode, types: dict[str, str]) -> DocumentNode:
    """Return a document of one operation that declares these variables."""
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    variables = tuple(
        VariableDefinitionNode(variable=VariableNode(name=NameNode(value=name)), type=parse_type(kind), directives=())
        for name, kind in types.items()
    )
    return DocumentNode(definitions=(replace(operation, variable_definitions=variables),))


class _Variables(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.types: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def leave_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode:
        name = f"v{len(self.types)}"
        self.types[name] = str(self._info.get_input_type())
        self.values[name] = value_from_ast_untyped(node.value)
        return replace(node, value=VariableNode(name=NameNode(value=name)))


class _Fragments(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info = info
        self.fragments: list[FragmentDefinitionNode] = []

    def leave_field(self, node: FieldNode, *_: object) -> Node | None:
        if node.selection_set is None:
            return None
        name = NameNode(value=f"F{len(self.fragments)}")
        condition = NamedTypeNode(name=NameNode(value=str(get_named_type(self._info.get_type()))))
        self.fragments.append(
            FragmentDefinitionNode(name=name, type_condition=condition, selection_set=node.selection_set, directives=())
        )
        spread = FragmentSpreadNode(name=name, directives=())
        return replace(node, selection_set=SelectionSetNode(selections=(spread,)))


class _Included(Visitor):
    def leave_field(self, node: FieldNode, *_: object) -> Node:
        condition = ArgumentNode(name=NameNode(value="if"), value=VariableNode(name=NameNode(value="on")))
        return replace(node, directives=(DirectiveNode(name=NameNode(value="include"), arguments=(condition,)),))


class _Edges(Visitor):
    def leave_field(self, node: FieldNode, *_: object) -> Node | None:
        if node.name.value != "nodes":
            return None
        inner = replace(node, name=NameNode(value="node"))
        return replace(node, name=NameNode(value="edges"), selection_set=SelectionSetNode(selections=(inner,)))


class _Last(Visitor):
    def leave_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode | None:
        return replace(node, name=NameNode(value="last")) if node.name.value == "first" else None
