"""Documents: known ones are not parsed again, and what is remembered has an end."""

from __future__ import annotations

import pytest
from graphql import OperationType, build_schema

from caches import ENTRY_OVERHEAD, ByteCache
from errors import BadUserInput
from web.documents import Document, Documents

SCHEMA = build_schema("type Query { a: Int }")


def room(max_bytes: int) -> ByteCache[str, Document]:
    """Return a cache of which one document may take all."""
    return ByteCache(max_bytes, largest_share=1)


def again(documents: Documents, text: str) -> Document:
    """Send a document that was sent before, and so is known from now on."""
    documents.document(text)
    return documents.document(text)


def test_a_known_document_is_the_same_object() -> None:
    """From the second time on it is neither parsed nor validated again."""
    documents = Documents(SCHEMA)
    first, second, third = (documents.document("{ a }") for _ in range(3))

    assert first is not second
    assert second is third


def test_the_document_asked_for_longest_ago_is_forgotten_first() -> None:
    """Room for two: of three, the one that was not asked for again goes."""
    memory = Documents(SCHEMA).document("{ a }").memory
    documents = Documents(SCHEMA, room(2 * memory + 2 * ENTRY_OVERHEAD))
    one, two = again(documents, "{ a }"), again(documents, "{a  }")

    documents.document("{ a }")
    again(documents, "{  a}")

    assert documents.document("{ a }") is one
    assert documents.document("{a  }") is not two


@pytest.mark.parametrize("padding", [0, 60_000])
def test_different_documents_without_end_take_a_bounded_room(padding: int) -> None:
    """Long texts of few tokens count by their length."""
    documents = Documents(SCHEMA, room(200_000))
    asked = [again(documents, "{ a }" + " " * (padding + n)) for n in range(100)]

    kept = [
        document for n, document in enumerate(asked) if documents.document("{ a }" + " " * (padding + n)) is document
    ]

    assert sum(document.memory for document in kept) <= 200_000


def test_a_document_larger_than_the_room_is_answered_and_forgotten() -> None:
    """It is not cached, and evicts nothing."""
    documents = Documents(SCHEMA, room(1))

    assert again(documents, "{ a }") is not documents.document("{ a }")


def test_operations_without_names_cannot_be_chosen() -> None:
    """A name that fits none is refused, with what there is."""
    document = Documents(SCHEMA).document("{ a }")

    assert document.operation(None).node.operation is OperationType.QUERY
    with pytest.raises(BadUserInput, match="`operationName` is 'x'; the document's operations: unnamed"):
        document.operation("x")
