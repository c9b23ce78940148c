"""Parse documents within limits: length, tokens, nesting, aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    parse,
)

from errors import QueryTooComplex, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import DocumentNode, SelectionNode, SelectionSetNode

MAX_CHARACTERS = 65_536
MAX_TOKENS = 2_000
MAX_DEPTH = 20
MAX_ALIAS = 256  # an answer repeats the alias for every row, and in the path of every error


class InvalidDocumentError(Exception):
    """A document that graphql-core does not accept.

    Args:
        errors: What it says.
        mutates: Whether the document has a mutation, which HTTP forbids to send by GET.
    """

    def __init__(self, errors: list[GraphQLError], *, mutates: bool = False) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors
        self.mutates = mutates


def parsed(text: str) -> DocumentNode:
    """Parse a document.

    Raises:
        InvalidDocumentError: It is none.
        QueryTooComplex: It is longer than a document may be.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryTooComplex(
            f"the document has {len(text)} characters; allowed: {MAX_CHARACTERS}.",
            limit="characters",
            asked=len(text),
            allowed=MAX_CHARACTERS,
        )
    try:
        return parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        # How graphql-core ends the message of each of its limits: tokens, comments, nesting.
        if error.message.endswith("Parsing aborted."):
            raise QueryTooComplex(error.message.removeprefix("Syntax Error: ")) from None
        raise InvalidDocumentError([error]) from None


def check_depth(tree: DocumentNode, operations: Sequence[OperationDefinitionNode]) -> None:
    """Check how deeply the fields of a valid document are nested, and how long its aliases are.

    Raises:
        QueryTooComplex: Too deeply, or too long.
    """
    fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
    depths: dict[str, int] = {}

    def depth(selections: SelectionSetNode | None) -> int:
        return max(map(depth_of, selections.selections), default=0) if selections else 0

    def depth_of(selection: SelectionNode) -> int:
        match selection:
            case FieldNode():
                _check_alias(selection)
                return 1 + depth(selection.selection_set)
            case InlineFragmentNode():
                return depth(selection.selection_set)
            case FragmentSpreadNode():
                # Once for each fragment, however often it is spread.
                name = selection.name.value
                if name not in depths:
                    depths[name] = depth(fragments[name].selection_set)
                return depths[name]
            case _:
                return 0

    deepest = max((depth(operation.selection_set) for operation in operations), default=0)
    if deepest > MAX_DEPTH:
        raise QueryTooComplex(
            f"the document is nested {deepest} fields deep; allowed: {MAX_DEPTH}.",
            limit="depth",
            asked=deepest,
            allowed=MAX_DEPTH,
        )


def _check_alias(field: FieldNode) -> None:
    if field.alias is not None and len(field.alias.value) > MAX_ALIAS:
        raise QueryTooComplex(
            f"the alias {shown(field.alias.value)} has {len(field.alias.value)} characters; allowed: {MAX_ALIAS}.",
            limit="alias",
            asked=len(field.alias.value),
            allowed=MAX_ALIAS,
        )


def unlinked(tree: DocumentNode) -> int:
    """Take the chain of tokens apart, which holds all of them while one is held, and return how long it was.

    What points both ways is not freed until the collector finds it: thousands of tokens for every document that is
    forgotten. Places in the text stay known: they are numbers.
    """
    count = 0
    token = tree.loc.start_token if tree.loc else None
    while token is not None:
        count += 1
        following = token.next
        token.prev = token.next = None
        token = following
    return count
