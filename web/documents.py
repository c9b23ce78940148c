"""Parses and validates the documents that clients send, within limits, and remembers those that are valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    parse,
)
from graphql.validation.validate import ValidationAbortedError

from caches import ByteCache, SeenBefore, size_of
from errors import BadUserInput, QueryTooComplex, clipped, shown
from execution.operation import Engine
from web.validation import errors_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphql import DocumentNode, GraphQLSchema, SelectionNode, SelectionSetNode

    from execution.operation import Operation

MAX_CHARACTERS = 65_536
MAX_TOKENS = 2_000
MAX_DEPTH = 20
MAX_ALIAS = 256  # an answer repeats the alias for every row, and in the path of every error
_MAX_ERRORS = 10
# What a token and its share of the tree take, measured; 20 MiB are then some 300 documents of a usual length.
_BYTES_PER_TOKEN = 650
_CACHE_BYTES = 20 * 2**20


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


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document.

    Args:
        memory: Bytes that it and its text take.
        operations: Its compiled operations by name; the only one also under None.
    """

    memory: int
    operations: Mapping[str | None, Operation]

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


class Documents:
    """The documents of a schema; known ones are neither parsed nor validated again.

    A document is known from the second time on: those that are sent once may be any number, and none of them stays.

    Args:
        schema: What documents are validated against.
        cache: Documents by their texts; one of 20 MiB by default.
    """

    def __init__(self, schema: GraphQLSchema, cache: ByteCache[str, Document] | None = None) -> None:
        self._schema = schema
        self.engine = Engine(schema)
        self._known: ByteCache[str, Document] = ByteCache(_CACHE_BYTES) if cache is None else cache
        self._seen_before = SeenBefore()

    def document(self, text: str) -> Document:
        """Return the document that a text is.

        Raises:
            InvalidDocumentError: It is none, or does not fit the schema.
            QueryTooComplex: It is longer or nested deeper than a document may be.
        """
        known = self._known.get(text)
        if known is not None:
            return known
        tree = _parsed(text)
        operations = tuple(node for node in tree.definitions if isinstance(node, OperationDefinitionNode))
        self._validate(text, tree, operations)
        _check_depth(tree, operations)
        memory = size_of(text) + _BYTES_PER_TOKEN * _unlinked(tree)
        document = Document(memory, self._compiled(tree, operations))
        if self._seen_before(text):
            self._known.put(text, document, memory)
        return document

    def _compiled(
        self, tree: DocumentNode, operations: Sequence[OperationDefinitionNode]
    ) -> dict[str | None, Operation]:
        """Compile each operation, by its name, and the only one without any."""
        fragments = {node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)}
        compiled: dict[str | None, Operation] = {
            operation.name.value if operation.name else None: self.engine.compile(operation, fragments)
            for operation in operations
        }
        if len(operations) == 1:
            compiled[None] = next(iter(compiled.values()))
        return compiled

    def _validate(self, text: str, tree: DocumentNode, operations: Sequence[OperationDefinitionNode]) -> None:
        errors = errors_in(self._schema, text, tree, max_errors=_MAX_ERRORS)
        # graphql-core gives up on a document that is too much work, or at the first error past those it may report.
        if len(errors) <= _MAX_ERRORS and any(isinstance(error, ValidationAbortedError) for error in errors):
            raise QueryTooComplex("the document takes too long to validate: fields are repeated, or nested too deeply.")
        if errors:
            mutates = any(operation.operation is OperationType.MUTATION for operation in operations)
            raise InvalidDocumentError(errors, mutates=mutates)


def _parsed(text: str) -> DocumentNode:
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


def _check_depth(tree: DocumentNode, operations: Sequence[OperationDefinitionNode]) -> None:
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


def _unlinked(tree: DocumentNode) -> int:
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
