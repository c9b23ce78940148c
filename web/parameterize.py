"""Parameterization of a valid document: its literals become variables, shared by all documents of its shape."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FloatValueNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputObjectType,
    GraphQLList,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NameNode,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    StringValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    parse_type,
)

from web.literals import SCALARS, Slot, Slots, literal_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import (
        ArgumentNode,
        DefinitionNode,
        GraphQLArgument,
        GraphQLCompositeType,
        GraphQLInputField,
        GraphQLInputType,
        GraphQLSchema,
        NamedTypeNode,
        ObjectFieldNode,
        SelectionNode,
        SelectionSetNode,
        ValueNode,
    )

Named = TypeVar("Named", "ArgumentNode", "ObjectFieldNode")


class ParameterizedQuery(NamedTuple):
    """A query with variables in place of literals: its definitions, fragments included, and its literals."""

    definitions: tuple[DefinitionNode, ...]
    slots: Slots


def parameterize(schema: GraphQLSchema, text: str, tree: DocumentNode) -> ParameterizedQuery | None:
    """Return a document with variables in place of its literals.

    Args:
        schema: The schema.
        text: The text of the document.
        tree: The document, valid.

    Returns:
        None if other literals could make the document invalid, because a field with literals may be merged with another
        field; if the document is not a single query; or if no literal can become a variable.
    """
    operations = [node for node in tree.definitions if isinstance(node, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        return None
    spans = literal_spans(text)
    rewriter = _Rewriter(schema, {span: number for number, span in enumerate(spans)})
    rewritten = [rewriter.definition(node) for node in tree.definitions]
    if not rewriter.slots or rewriter.may_merge():
        return None
    slots = tuple(rewriter.slots[number] for number in sorted(rewriter.slots))
    fixed = [(number, text[slice(*span)]) for number, span in enumerate(spans) if number not in rewriter.slots]
    definitions = tuple(_declaring(node, slots) for node in rewritten)
    return ParameterizedQuery(definitions, Slots(slots, tuple(fixed)))


def _declaring(node: DefinitionNode, slots: tuple[Slot, ...]) -> DefinitionNode:
    if not isinstance(node, OperationDefinitionNode):
        return node
    variables = tuple(
        VariableDefinitionNode(
            variable=VariableNode(name=NameNode(value=slot.name)), type=parse_type(f"{slot.kind}!"), directives=()
        )
        for slot in slots
    )
    return replace(node, variable_definitions=(*(node.variable_definitions or ()), *variables))


class _Rewriter:
    """Replaces literals in arguments of fields; those of directives stay, because they decide the selection.

    Args:
        schema: The schema.
        numbers: Index of each literal by its start and end in the text.

    Attributes:
        slots: The literals that became variables, by index.
    """

    def __init__(self, schema: GraphQLSchema, numbers: dict[tuple[int, int], int]) -> None:
        self.slots: dict[int, Slot] = {}
        self._schema = schema
        self._numbers = numbers
        self._named: Counter[str] = Counter()
        self._with_slots: list[str] = []
        self._repeats = False
        self._has_fragments = False

    def may_merge(self) -> bool:
        """Return whether a field with literals may be merged with another one, which requires equal literals.

        Without fragments, only fields of one selection are merged; with fragments, any two with one response name.
        """
        if self._has_fragments:
            return any(self._named[name] > 1 for name in self._with_slots)
        return self._repeats

    def definition(self, node: DefinitionNode) -> DefinitionNode:
        """Rewrite an operation or a fragment."""
        if isinstance(node, FragmentDefinitionNode):
            return replace(node, selection_set=self._selections(self._type(node.type_condition), node.selection_set))
        if isinstance(node, OperationDefinitionNode):
            root = cast("GraphQLCompositeType", self._schema.get_root_type(node.operation))
            return replace(node, selection_set=self._selections(root, node.selection_set))
        return node

    def _type(self, condition: NamedTypeNode) -> GraphQLCompositeType:
        return cast("GraphQLCompositeType", self._schema.get_type(condition.name.value))

    def _selections(self, parent: GraphQLCompositeType, node: SelectionSetNode) -> SelectionSetNode:
        fields = [(each.alias or each.name).value for each in node.selections if isinstance(each, FieldNode)]
        self._repeats = self._repeats or len(set(fields)) < len(fields)
        self._named.update(fields)
        return replace(node, selections=tuple(self._selection(parent, each) for each in node.selections))

    def _selection(self, parent: GraphQLCompositeType, node: SelectionNode) -> SelectionNode:
        if isinstance(node, FragmentSpreadNode):
            self._has_fragments = True
            return node
        if isinstance(node, InlineFragmentNode):
            self._has_fragments = True
            inner = self._type(node.type_condition) if node.type_condition else parent
            return replace(node, selection_set=self._selections(inner, node.selection_set))
        assert isinstance(node, FieldNode)  # noqa: S101 - for the type checker: there is no other selection
        field = self._schema.get_field(parent, node.name.value)
        if field is None or not (node.arguments or node.selection_set):
            return node
        before = len(self.slots)
        arguments = self._rewritten(node.arguments or (), field.args)
        if len(self.slots) > before:
            self._with_slots.append((node.alias or node.name).value)
        below = node.selection_set
        if below is not None:
            below = self._selections(cast("GraphQLCompositeType", get_named_type(field.type)), below)
        return replace(node, arguments=arguments, selection_set=below)

    def _rewritten(
        self, nodes: Sequence[Named], types: dict[str, GraphQLArgument] | dict[str, GraphQLInputField]
    ) -> tuple[Named, ...]:
        """Rewrite the arguments of a field, or the fields of an input object."""
        return tuple(replace(node, value=self._value(node.value, types[node.name.value].type)) for node in nodes)

    def _value(self, node: ValueNode, kind: GraphQLInputType) -> ValueNode:
        kind = cast("GraphQLInputType", get_nullable_type(kind))
        match node:
            case IntValueNode() | FloatValueNode() | StringValueNode() if get_named_type(kind).name in SCALARS:
                number = self._numbers.get((node.loc.start, node.loc.end)) if node.loc else None
                if number is None or getattr(node, "block", False):
                    return node
                slot = self.slots[number] = Slot(number, kind)
                return VariableNode(name=NameNode(value=slot.name))
            case ListValueNode() if isinstance(kind, GraphQLList):
                return replace(node, values=tuple(self._value(item, kind.of_type) for item in node.values))
            case ObjectValueNode() if isinstance(named := get_named_type(kind), GraphQLInputObjectType):
                return replace(node, fields=self._rewritten(node.fields, named.fields))
            case _:
                return node
