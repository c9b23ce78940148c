"""Parsing of documents within limits of length and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLError, GraphQLSyntaxError, parse

from errors import QueryTooComplex

if TYPE_CHECKING:
    from graphql import DocumentNode

MAX_CHARACTERS = 65_536
MAX_TOKENS = 2_000


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
        raise too_complex(f"The document has {len(text)} characters", "characters", len(text), MAX_CHARACTERS)
    try:
        return parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_TOKENS)
    except GraphQLSyntaxError as error:
        # The messages of graphql-core for its limits end so: tokens, comments, nesting.
        if error.message.endswith("Parsing aborted."):
            raise QueryTooComplex(error.message.removeprefix("Syntax Error: ")) from None
        raise InvalidDocumentError([error]) from None


def too_complex(problem: str, limit: str, actual: int, allowed: int) -> QueryTooComplex:
    """Return the error for a request that exceeds a limit."""
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
