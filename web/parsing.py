"""Parsing of documents within limits: length, tokens, nesting, aliases."""

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
MAX_ALIAS = 256  # an answer repeats an alias in every row and every error path


class InvalidDocumentError(Exception):
    """A document that graphql-core rejects.

    Args:
        errors: The errors of graphql-core.
        mutates: Whether the document has a mutation, which GET does not allow.
    """

    def __init__(self, errors: list[GraphQLError], *, mutates: bool = False) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors
        self.mutates = mutates


def parsed(text: str) -> DocumentNode:
    """Parse a document.

    Raises:
        InvalidDocumentError: The text has a syntax error.
        QueryTooComplex: The text exceeds a limit.
    """
    if len(text) > MAX_CHARACTERS:
        raise _too_complex(f"The document has {len(text)} characters", "characters", len(text), MAX_CHARACTERS)
    try:
        return parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        # The messages of graphql-core for its limits end so: tokens, comments, nesting.
        if error.message.endswith("Parsing aborted."):
            raise QueryTooComplex(error.message.removeprefix("Syntax Error: ")) from None
        raise InvalidDocumentError([error]) from None


def check_depth(tree: DocumentNode, operations: Sequence[OperationDefinitionNode]) -> None:
    """Check the nesting and the aliases of a valid document.

    Raises:
        QueryTooComplex: The fields are nested too deeply, or an alias is too long.
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
                # Once per fragment: exponential otherwise.
                name = selection.name.value
                if name not in depths:
                    depths[name] = depth(fragments[name].selection_set)
                return depths[name]
            case _:
                return 0

    deepest = max((depth(operation.selection_set) for operation in operations), default=0)
    if deepest > MAX_DEPTH:
        raise _too_complex(f"The document is {deepest} fields deep", "depth", deepest, MAX_DEPTH)


def _check_alias(field: FieldNode) -> None:
    alias = field.alias.value if field.alias else ""
    if len(alias) > MAX_ALIAS:
        raise _too_complex(f"The alias {shown(alias)} has {len(alias)} characters", "alias", len(alias), MAX_ALIAS)


def _too_complex(problem: str, limit: str, actual: int, allowed: int) -> QueryTooComplex:
    return QueryTooComplex(f"{problem}; allowed: {allowed}.", limit=limit, requested=actual, allowed=allowed)


def unlinked(tree: DocumentNode) -> int:
    """Unlink the tokens of a document, and return their number.

    Tokens refer to each other in both directions, so that any node keeps them all alive, and only the garbage collector
    frees them: thousands per document. Locations stay valid, because they are numbers.
    """
    count = 0
    token = tree.loc.start_token if tree.loc else None
    while token is not None:
        count += 1
        following = token.next
        token.prev = token.next = None
        token = following
    return count
