"""Estimate of a query's objects as gateways compute it from `@listSize`, and the objects of its answer."""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
    parse,
    value_from_ast_untyped,
)

DECLARED = """
directive @link(url: String!, import: [String]) repeatable on SCHEMA
directive @key(fields: String!) repeatable on OBJECT
directive @shareable on OBJECT
directive @tag(name: String!) repeatable on FIELD_DEFINITION
directive @cost(weight: Int!) on OBJECT | FIELD_DEFINITION
directive @listSize(
  assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true
) on FIELD_DEFINITION
"""
Parent = GraphQLObjectType | GraphQLInterfaceType  # a type with fields
_OTHER_LISTS = 10  # items of a list without a directive, as a gateway may configure


def directive_of(field: GraphQLField, name: str) -> dict[str, Any] | None:
    """Return the arguments of a directive of a field; None if the field does not have it."""
    node = field.ast_node
    assert node is not None
    for each in node.directives or ():
        if each.name.value == name:
            return {argument.name.value: value_from_ast_untyped(argument.value) for argument in each.arguments or ()}
    return None


def estimated_cost(schema: GraphQLSchema, query: str) -> int:
    """Return the cost of a query without variables: `@cost` or 1 for each object, in lists as `@listSize` gives them.

    The rules are those of Apollo's router. Arguments are free.
    """
    document = parse(query)
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    return _Estimate(schema, fragments).operation(document)


class _Estimate:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments

    def operation(self, document: DocumentNode) -> int:
        root = self._schema.query_type
        assert root is not None
        return self._selection(root, document.definitions[0].selection_set, {})  # type: ignore[attr-defined] # operation

    def _selection(self, parent: Parent, selection: SelectionSetNode, sizes: dict[str, int | None]) -> int:
        cost = 0
        for node in selection.selections:
            match node:
                case FieldNode():
                    cost += self._field(parent, node, sizes)
                case FragmentSpreadNode():
                    fragment = self._fragments[node.name.value]
                    cost += self._selection(self._type(fragment), fragment.selection_set, sizes)
                case InlineFragmentNode():
                    below = self._type(node) if node.type_condition else parent
                    cost += self._selection(below, node.selection_set, sizes)
        return cost

    def _type(self, fragment: Any) -> Any:  # noqa: ANN401 - either kind of fragment; a composite type
        return self._schema.type_map[fragment.type_condition.name.value]

    def _field(self, parent: Parent, node: FieldNode, sizes: dict[str, int | None]) -> int:
        name = node.name.value
        if name.startswith("__"):
            return 0
        field = parent.fields[name]
        kind, size = get_named_type(field.type), directive_of(field, "listSize") or {}
        expected = _expected_size(size, field, node)
        count = 1
        if is_list_type(get_nullable_type(field.type)):
            count = next((each for each in (sizes.get(name), expected) if each is not None), _OTHER_LISTS)
        weight = (directive_of(field, "cost") or {"weight": int(is_composite_type(kind))})["weight"]
        if node.selection_set is not None and isinstance(kind, Parent):
            weight += self._selection(kind, node.selection_set, dict.fromkeys(size.get("sizedFields", ()), expected))
        return int(count * weight)


def _expected_size(size: dict[str, Any], field: GraphQLField, node: FieldNode) -> int | None:
    given = {each.name.value: each.value for each in node.arguments or ()}
    slices = []
    for name in size.get("slicingArguments", ()):
        value = given.get(name)
        if isinstance(value, IntValueNode):
            slices.append(int(value.value))
        elif isinstance(field.args[name].default_value, int):
            slices.append(field.args[name].default_value)
    return max(slices, default=size.get("assumedSize"))


def objects_of(value: Any) -> int:  # noqa: ANN401 - any JSON
    """Return the number of objects in an answer."""
    if isinstance(value, dict):
        return 1 + sum(map(objects_of, value.values()))
    return sum(map(objects_of, value)) if isinstance(value, list) else 0
