"""Validates documents as graphql-core does, looking only where one can be wrong: a novel document costs little."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    Node,
    OperationDefinitionNode,
    OperationType,
    OverlappingFieldsCanBeMergedRule,
    ParallelVisitor,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    visit,
)
from graphql.language.visitor import BREAK, EnterLeaveVisitor
from graphql.pyutils import RefMap
from graphql.validation import ValidationContext
from graphql.validation.validate import (
    FragmentNestingVisitor,
    ValidationAbortedError,
    query_document_keys_to_validate,
)
from graphql.validation.validation_context import VariableUsageVisitor

from web.rules import rules_for

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphql import GraphQLSchema, SelectionNode, Visitor
    from graphql.validation.validation_context import NodeWithSelectionSet, VariableUsage

Changed = TypeVar("Changed", bound=Node)

# Half of a document's nodes are names. No rule looks at one but through the node that it names.
_KEYS = {
    kind: tuple(key for key in keys if key not in {"name", "alias"})
    for kind, keys in query_document_keys_to_validate.items()
}


class _Context(ValidationContext):
    """graphql-core's context, whose notes on operations and fragments are found by identity.

    It looks them up by equality, for which a node is hashed with all that is in it, six times a document.
    """

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - graphql-core's
        super().__init__(*arguments)
        self._fragment_spreads: Any = RefMap()
        self._recursively_referenced_fragments: Any = RefMap()
        self._variable_usages: Any = RefMap()
        self._recursive_variable_usages: Any = RefMap()

    def get_variable_usages(self, node: NodeWithSelectionSet) -> list[VariableUsage]:
        """Return the variables that stand below an operation or a fragment, looking at no names."""
        usages: list[VariableUsage] | None = self._variable_usages.get(node)
        if usages is None:
            visitor = VariableUsageVisitor(self._type_info, node if isinstance(node, FragmentDefinitionNode) else None)
            visit(node, TypeInfoVisitor(self._type_info, visitor), _KEYS)
            usages = self._variable_usages[node] = visitor.usages
        return usages


class _Together(ParallelVisitor):
    """graphql-core's parallel visitor, which calls the rules that look at a kind of node and asks no others.

    It asks each rule for its methods for each kind, anew in each document.
    """

    def __init__(self, visitors: Sequence[Visitor]) -> None:
        super().__init__(visitors)
        self._rules = visitors
        self._types = tuple(map(type, visitors))

    def get_enter_leave_for_kind(self, kind: str) -> EnterLeaveVisitor:
        """Return what calls the rules; a rule that skips a node is not called again before it is left."""
        known = self.enter_leave_map.get(kind)
        if known is not None:
            return known
        skipping = self.skipping
        methods = [
            (place, _method(self._rules[place], enter), _method(self._rules[place], leave))
            for place, enter, leave in _methods_of(self._types, kind)
        ]

        def enter(node: Node, *arguments: Any) -> None:  # noqa: ANN401 - graphql-core's
            for place, method, _ in methods:
                if method is not None and not skipping[place]:
                    skipping[place] = _skipped(node, method(node, *arguments))

        def leave(node: Node, *arguments: Any) -> None:  # noqa: ANN401 - as above
            for place, _, method in methods:
                if skipping[place] is node:
                    skipping[place] = None
                elif method is not None and not skipping[place] and method(node, *arguments) in {BREAK, True}:
                    skipping[place] = BREAK

        found = EnterLeaveVisitor(enter, leave) if methods else EnterLeaveVisitor(None, None)
        self.enter_leave_map[kind] = found
        return found


def _skipped(node: Node, said: Any) -> Any:  # noqa: ANN401 - what a rule's method returns
    """Return what a rule is to skip from now on: nothing, this node, or all that follows; rules change no nodes."""
    if said is None:
        return None
    return BREAK if said is BREAK or said is True else node


def _method(rule: Visitor, name: str | None) -> Callable[..., Any] | None:
    return getattr(rule, name) if name else None


@cache
def _methods_of(rules: tuple[type[Visitor], ...], kind: str) -> list[tuple[int, str | None, str | None]]:
    """Return which of some rules look at a kind of node, and their methods' names: for entering it and for leaving."""
    named = ((place, _name(rule, "enter", kind), _name(rule, "leave", kind)) for place, rule in enumerate(rules))
    return [(place, enter, leave) for place, enter, leave in named if enter or leave]


def _name(rule: type[Visitor], way: str, kind: str) -> str | None:
    """Return the name of a rule's method for a kind of node, or of the one for all kinds."""
    return next((name for name in (f"{way}_{kind}", way) if hasattr(rule, name)), None)


def errors_in(
    schema: GraphQLSchema,
    text: str,
    tree: DocumentNode,
    *,
    max_errors: int,
) -> list[GraphQLError]:
    """Return what is wrong with a document: what graphql-core's `validate` returns.

    Args:
        schema: What it is to fit.
        text: The document.
        tree: The document, parsed.
        max_errors: At more errors than these, one that says so ends the list.
    """
    rules = rules_for(text, tree)
    if OverlappingFieldsCanBeMergedRule not in rules:
        tree = _without_plain_fields(schema, tree)
    errors: list[GraphQLError] = []

    def on_error(error: GraphQLError) -> None:
        if len(errors) >= max_errors:
            raise ValidationAbortedError("Too many validation errors, error limit reached. Validation aborted.")
        errors.append(error)

    types = TypeInfo(schema)
    context = _Context(schema, tree, types, on_error)
    visitors: list[Visitor] = [rule(context) for rule in rules]
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    if fragments:
        visitors.insert(0, FragmentNestingVisitor(fragments))
    together = _Together(visitors)
    whole = TypeInfoVisitor(types, together)
    try:
        visit(tree, whole, _KEYS)
    except ValidationAbortedError as error:
        error.__context__ = None  # no frames of the validation
        errors.append(error.with_traceback(None))
    except RecursionError:
        errors.append(ValidationAbortedError("Validation aborted."))
    finally:
        for visitor in (*visitors, together, whole):
            visitor.enter_leave_map.clear()  # of its own methods: a circle that only the collector would find
    return errors


def _without_plain_fields(schema: GraphQLSchema, tree: DocumentNode) -> DocumentNode:
    """Return a document without the fields that can only be right: they exist, and are a name and nothing more.

    Args:
        schema: What it is to fit.
        tree: One operation without fragments, in which no two fields of a selection share a name.
    """
    [operation] = tree.definitions
    root = schema.query_type
    if not isinstance(operation, OperationDefinitionNode) or root is None:
        return tree
    if operation.operation is not OperationType.QUERY:
        return tree
    selections = _remaining(schema, root, operation.selection_set)
    return DocumentNode(definitions=(_changed(operation, selection_set=selections),), loc=tree.loc)


def _remaining(schema: GraphQLSchema, parent: GraphQLObjectType, selections: SelectionSetNode) -> SelectionSetNode:
    remaining: list[SelectionNode] = []
    for node in selections.selections:
        field = schema.get_field(parent, node.name.value) if isinstance(node, FieldNode) else None
        if field is None or not isinstance(node, FieldNode):
            remaining.append(node)
            continue
        kind = get_named_type(field.type)
        if node.selection_set is not None:
            if isinstance(kind, GraphQLObjectType):
                below = _remaining(schema, kind, node.selection_set)
                remaining.append(_changed(node, selection_set=below))
            else:
                remaining.append(node)
        elif (
            node.arguments
            or node.directives
            or not is_leaf_type(kind)
            or any(is_required_argument(argument) for argument in field.args.values())
        ):
            remaining.append(node)
    return SelectionSetNode(selections=tuple(remaining), loc=selections.loc)


def _changed(node: Changed, **values: Any) -> Changed:  # noqa: ANN401 - of any key of a node
    """Return a node with other values; nodes cannot be changed themselves."""
    return type(node)(**{key: getattr(node, key) for key in ("loc", *node.keys)} | values)
