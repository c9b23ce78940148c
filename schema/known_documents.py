"""Documents that were asked before: neither parsed nor validated again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from strawberry.extensions import SchemaExtension

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphql import DocumentNode, GraphQLError


class KnownDocuments:
    """Parsed documents by their text, with what validation said; the least recently used go first.

    Args:
        max_characters: How much text of documents is kept; a parsed document takes some 50 bytes per character.
    """

    def __init__(self, max_characters: int) -> None:
        self._max_characters = max_characters
        self._characters = 0
        self._known: OrderedDict[str, tuple[DocumentNode, list[GraphQLError]]] = OrderedDict()

    def get(self, text: str) -> tuple[DocumentNode, list[GraphQLError]] | None:
        """Return a document and its validation errors, if it is known."""
        known = self._known.get(text)
        if known is not None:
            self._known.move_to_end(text)
        return known

    def keep(self, text: str, document: DocumentNode, errors: list[GraphQLError]) -> None:
        """Keep a document that was parsed and validated."""
        if text in self._known or len(text) > self._max_characters:
            return
        self._known[text] = document, errors
        self._characters += len(text)
        while self._characters > self._max_characters:
            dropped, _ = self._known.popitem(last=False)
            self._characters -= len(dropped)

    def extension(self) -> SchemaExtension:
        """Return what looks documents up for one request."""
        return _KnownDocument(self)


class _KnownDocument(SchemaExtension):
    """One request's document; Strawberry's own caches hash the whole syntax tree, this one the text alone."""

    def __init__(self, known: KnownDocuments) -> None:
        self._known = known

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        if context.query and (found := self._known.get(context.query)):
            context.graphql_document, context.pre_execution_errors = found
        yield

    def on_validate(self) -> Iterator[None]:
        yield
        context = self.execution_context
        if context.query and context.graphql_document and context.pre_execution_errors is not None:
            self._known.keep(context.query, context.graphql_document, context.pre_execution_errors)
