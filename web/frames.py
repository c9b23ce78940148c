"""Frame of a document: its text without the fields that cannot be invalid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

if TYPE_CHECKING:
    from graphql import DocumentNode, GraphQLSchema, Node, SelectionSetNode


class Frames:
    """Frames of documents for a schema.

    A frame omits plain fields: leaves without arguments, without directives, and with a response name that no other
    field of the selection has. No validation rule reports a plain field, or anything else because of it. Documents of
    one frame are therefore all valid or all invalid, and so is the frame, which is a document itself.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self._root = schema.query_type
        self._plain: dict[str, frozenset[str]] = {}  # by the name of the type

    def frame(self, text: str, tree: DocumentNode) -> str | None:
        """Return the frame of a document; None if it is not a single query."""
        operation = tree.definitions[0]
        if (
            self._root is None
            or len(tree.definitions) > 1
            or not isinstance(operation, OperationDefinitionNode)
            or operation.operation is not OperationType.QUERY
        ):
            return None
        pieces = [_text(text, operation, operation.selection_set)]
        self._add(pieces, text, self._root, operation.selection_set)
        return "\n".join(pieces)

    def _add(self, pieces: list[str], text: str, parent: GraphQLObjectType, selections: SelectionSetNode) -> None:
        """Add the frame of a selection, or its text if it has fragments or repeated response names."""
        fields = [node for node in selections.selections if isinstance(node, FieldNode)]
        names = {(node.alias or node.name).value for node in fields}
        if len(names) < len(selections.selections):
            pieces.append(_text(text, selections))
            return
        if parent.name not in self._plain:
            self._plain[parent.name] = _plain_fields(parent)
        plain = self._plain[parent.name]
        pieces.append("{")
        for node in fields:
            below = node.selection_set
            if below is None:
                if node.arguments or node.directives or node.name.value not in plain:
                    pieces.append(_text(text, node))
                continue
            pieces.append(_text(text, node, below))
            field = parent.fields.get(node.name.value)
            kind = get_named_type(field.type) if field else None
            if isinstance(kind, GraphQLObjectType):
                self._add(pieces, text, kind, below)
            else:
                pieces.append(_text(text, below))
        pieces.append("}")


def _plain_fields(parent: GraphQLObjectType) -> frozenset[str]:
    return frozenset(
        name
        for name, field in parent.fields.items()
        if is_leaf_type(get_named_type(field.type)) and not any(map(is_required_argument, field.args.values()))
    )


def _text(text: str, node: Node, until: Node | None = None) -> str:
    """Return the text of a node, up to an inner node if given."""
    assert node.loc is not None  # noqa: S101 - for the type checker: documents are parsed with locations
    end = node.loc.end if until is None or until.loc is None else until.loc.start
    return text[node.loc.start : end]
