"""Documents of clients: parsed, validated and compiled within limits, and cached if they repeat."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from graphql import FragmentDefinitionNode, OperationDefinitionNode, OperationType

from caches import Caches, SeenBefore, size_of
from errors import BadUserInput, QueryTooComplex, clipped, shown
from execution.graphql_core import ValidationAbortedError
from execution.operation import Engine
from web.document_limits import check_document
from web.literals import Slots, split
from web.parameterize import parameterize
from web.parsing import MAX_CHARACTERS, InvalidDocumentError, parsed, unlinked
from web.validation import Validator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphql import DefinitionNode, DocumentNode, GraphQLSchema

    from caches import ByteCache
    from execution.operation import Operation

_MAX_ERRORS = 9  # an answer has at most 10: these, and one that reports more
# Measured, with the token's share of the tree and the steps. 16 MiB are then about 250 documents of typical length.
_BYTES_PER_TOKEN = 650


@dataclass(slots=True)  # not frozen: creating one, per request, takes 0.2 µs instead of 0.6
class Document:
    """A valid document.

    Args:
        operations: Compiled operations by name; the only one also under None.
        memory: Size of document and text, in bytes.
        literals: Values of the internal variables, which replace literals, to add to the variables of the client.
        exact: Creates the document with its literals; None if this document has no internal variables.
        slots: The literals of a parameterized document; None for others.
    """

    operations: Mapping[str | None, Operation]
    memory: int
    literals: Mapping[str, Any] = field(default_factory=dict)
    exact: Callable[[], Document] | None = None
    slots: Slots | None = None

    def operation(self, name: str | None) -> Operation:
        """Return the operation of this name; None for the only one.

        Raises:
            BadUserInput: There is no such operation, or several and no name is given.
        """
        if name in self.operations:
            return self.operations[name]
        given = "missing" if name is None else shown(name)
        names = ", ".join(clipped(each) for each in self.operations if each)
        raise BadUserInput(f"`operationName` is {given}; the document's operations: {names or 'unnamed'}.")

    def filled(self, literals: Sequence[str], exact: Callable[[], Document]) -> Document | None:
        """Return this parameterized document with other literals; None if they do not fit."""
        values = self.slots.values(literals) if self.slots else None
        return None if values is None else Document(self.operations, self.memory, values, exact)


class Documents:
    """Documents of a schema; cached ones are neither parsed nor validated again.

    A document is cached at its second request. One without repetition then takes 10% less time, and evicts no document
    that repeats, whose next request would take 2 to 4 ms longer.

    A shape, the text without its literals, is cached at its second document. Further documents of the shape are neither
    parsed nor validated: their literals become variables. A page of the leaderboard with inlined filters takes 0.7 ms
    instead of 3.2.

    Args:
        schema: The schema.
        cache: Documents by text, parameterized ones by `(shape,)`; one with the default size if None.
        frames: Cache of the validator; likewise.

    Attributes:
        engine: Compiles operations.
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
        self._known: ByteCache[Any, Document] = Caches().documents if cache is None else cache
        self._seen_before = SeenBefore()

    def document(self, text: str) -> Document:
        """Return the document of a text, parameterized if its shape is cached.

        Raises:
            InvalidDocumentError: The document has syntax or validation errors.
            QueryTooComplex: The document exceeds a limit.
        """
        known = self._known.get(text)
        if known is not None:
            return known
        seen_before = self._seen_before(text)
        # A repeated text is cached itself: with its literals as constants, its templates can be cached.
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
        check_document(tree)
        self._validate(text, tree)
        memory = size_of(text) + _BYTES_PER_TOKEN * unlinked(tree)
        return Document(self._compiled(tree.definitions), memory)

    def _put_shape(self, text: str, shape: str) -> None:
        """Cache a parameterized document under its shape; an empty one if it cannot be parameterized."""
        tree = parsed(text)
        size = size_of(shape)
        memory = size + _BYTES_PER_TOKEN * unlinked(tree)
        made = parameterize(self._schema, text, tree)
        document = Document(self._compiled(made.definitions), memory, slots=made.slots) if made else Document({}, size)
        self._known.put((shape,), document, document.memory)

    def _compiled(self, definitions: Sequence[DefinitionNode]) -> dict[str | None, Operation]:
        """Compile operations by name; the only one also under None."""
        fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
        operations = [node for node in definitions if isinstance(node, OperationDefinitionNode)]
        compiled: dict[str | None, Operation] = {
            node.name.value if node.name else None: self.engine.compile(node, fragments) for node in operations
        }
        if len(operations) == 1:
            compiled[None] = next(iter(compiled.values()))
        return compiled

    def _validate(self, text: str, tree: DocumentNode) -> None:
        errors = self._validator.errors(text, tree, max_errors=_MAX_ERRORS)
        # graphql-core aborts at a document that takes too long, or at the first error beyond the maximum.
        if len(errors) <= _MAX_ERRORS and any(isinstance(error, ValidationAbortedError) for error in errors):
            raise QueryTooComplex("The document takes too long to validate: fields are repeated, or nested too deeply.")
        if errors:
            operations = (node for node in tree.definitions if isinstance(node, OperationDefinitionNode))
            mutates = any(operation.operation is OperationType.MUTATION for operation in operations)
            raise InvalidDocumentError(errors, mutates=mutates)
