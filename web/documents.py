"""Parses, validates and compiles the documents that clients send, within limits, and caches those that repeat."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import FragmentDefinitionNode, OperationDefinitionNode, OperationType

from caches import ByteCache, SeenBefore, size_of
from errors import BadUserInput, QueryTooComplex, clipped, shown
from execution.graphql_core import ValidationAbortedError
from execution.operation import Engine
from web.literals import Slots, split
from web.parameterize import parameterize
from web.parsing import MAX_CHARACTERS, InvalidDocumentError, check_depth, parsed, unlinked
from web.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import DefinitionNode, DocumentNode, GraphQLSchema

    from execution.operation import Operation

_MAX_ERRORS = 10
# What a token and its share of the tree and of the steps take, measured; 16 MiB are then some 250 documents of a usual
# length.
_BYTES_PER_TOKEN = 650
_CACHE_BYTES = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document.

    Args:
        operations: Its compiled operations by name; the only one also under None.
        memory: Bytes that it and its text take.
        literals: Values of the internal variables that stand for its literals, to be given beside the client's.
        exact: Makes the document as it was written, without internal variables; None where this one is.
        slots: Reads the literals of a document of the same shape; None for a document as it is.
    """

    operations: Mapping[str | None, Operation]
    memory: int
    literals: Mapping[str, Any] = field(default_factory=dict)
    exact: Callable[[], Document] | None = None
    slots: Slots | None = None

    def operation(self, name: str | None) -> Operation:
        """Return the operation of this name, or the only one.

        Raises:
            BadUserInput: There is none, or the name is needed to choose.
        """
        if name in self.operations:
            return self.operations[name]
        given = "missing" if name is None else shown(name)
        names = ", ".join(clipped(each) for each in self.operations if each)
        raise BadUserInput(f"`operationName` is {given}; the document's operations: {names or 'unnamed'}.")

    def filled(self, literals: Sequence[str], exact: Callable[[], Document]) -> Document | None:
        """Return this parameterized document with the literals of another one; None where they do not fit."""
        values = self.slots.values(literals) if self.slots else None
        return None if values is None else replace(self, literals=values, exact=exact)


class Documents:
    """The documents of a schema; known ones are neither parsed nor validated again.

    A text is known from the second time on. A document that is sent once then takes 10% less time, and does not push
    out one that repeats, which would cost its next request 2 to 4 ms.

    The shape of a text, which is the text without its literals, is known from its second document on. Another document
    of that shape is neither parsed nor validated: variables stand for its literals. A page of the leaderboard whose
    filters are inlined takes 0.7 ms instead of 3.2.

    Args:
        schema: What documents are validated against.
        cache: Documents by their texts, parameterized ones by `(shape,)`; one of 16 MiB by default.
        frames: What the validator knows; one of 4 MiB by default.

    Attributes:
        engine: Compiles them.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        cache: ByteCache[Any, Document] | None = None,
        frames: ByteCache[bytes, Slots | bool] | None = None,
    ) -> None:
        self.engine = Engine(schema)
        self._schema = schema
        self._validator = Validator(schema, frames)
        self._known: ByteCache[Any, Document] = ByteCache(_CACHE_BYTES) if cache is None else cache
        self._seen_before = SeenBefore()

    def document(self, text: str) -> Document:
        """Return the document that a text is, with variables for its literals where its shape is known.

        Raises:
            InvalidDocumentError: It is none, or does not fit the schema.
            QueryTooComplex: It is longer or nested deeper than a document may be.
        """
        known = self._known.get(text)
        if known is not None:
            return known
        seen_before = self._seen_before(text)
        # A text that repeats becomes known itself: with its literals as constants, its templates can be cached.
        parts = None if seen_before or len(text) > MAX_CHARACTERS else split(text)
        shared = self._known.get((parts.shape,)) if parts else None
        if parts and shared and (filled := shared.filled(parts.literals, partial(self._exact, text))):
            return filled
        document = self._exact(text)
        if seen_before:
            self._known.put(text, document, document.memory)
        elif parts and shared is None and self._seen_before(parts.shape):
            self._put_shape(text, parts.shape)
        return document

    def _exact(self, text: str) -> Document:
        tree = parsed(text)
        operations = tuple(node for node in tree.definitions if isinstance(node, OperationDefinitionNode))
        self._validate(text, tree, operations)
        check_depth(tree, operations)
        memory = size_of(text) + _BYTES_PER_TOKEN * unlinked(tree)
        return Document(self._compiled(tree.definitions), memory)

    def _put_shape(self, text: str, shape: str) -> None:
        """Parameterize a valid document, and cache it under its shape; or that it cannot be."""
        tree = parsed(text)
        size = size_of(shape)
        memory = size + _BYTES_PER_TOKEN * unlinked(tree)
        made = parameterize(self._schema, text, tree)
        document = Document(self._compiled(made.definitions), memory, slots=made.slots) if made else Document({}, size)
        self._known.put((shape,), document, document.memory)

    def _compiled(self, definitions: Sequence[DefinitionNode]) -> dict[str | None, Operation]:
        """Compile each operation, by its name, and the only one without any."""
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        compiled: dict[str | None, Operation] = {
            node.name.value if node.name else None: self.engine.compile(node, fragments) for node in operations
        }
        if len(operations) == 1:
            compiled[None] = next(iter(compiled.values()))
        return compiled

    def _validate(self, text: str, tree: DocumentNode, operations: Sequence[OperationDefinitionNode]) -> None:
        errors = self._validator.errors(text, tree, max_errors=_MAX_ERRORS)
        # graphql-core gives up on a document that is too much work, or at the first error past those it may report.
        if len(errors) <= _MAX_ERRORS and any(isinstance(error, ValidationAbortedError) for error in errors):
            raise QueryTooComplex("the document takes too long to validate: fields are repeated, or nested too deeply.")
        if errors:
            mutates = any(operation.operation is OperationType.MUTATION for operation in operations)
            raise InvalidDocumentError(errors, mutates=mutates)
