"""Cache of documents: hits are not parsed again, and memory is bounded."""

from __future__ import annotations

import pytest
from graphql import OperationType, build_schema

from caches import ENTRY_OVERHEAD, ByteCache
from errors import BadUserInput
from web.documents import Document, Documents

SCHEMA = build_schema("type Query { a: Int }")


def room(max_bytes: int) -> ByteCache[str, Document]:
    """Return a cache of which one document may use all."""
    return ByteCache(max_bytes, largest_share=1)


def again(documents: Documents, text: str) -> Document:
    """Request a document for the second time, so that it is cached."""
    documents.document(text)
    return documents.document(text)


def test_a_cached_document_is_the_same_object() -> None:
    """From its second request on it is neither parsed nor validated again."""
    documents = Documents(SCHEMA)
    first, second, third = (documents.document("{ a }") for _ in range(3))

    assert first is not second
    assert second is third


def test_the_least_recently_used_document_is_evicted() -> None:
    """With room for two of three documents."""
    memory = Documents(SCHEMA).document("{ a }").memory
    documents = Documents(SCHEMA, room(2 * memory + 2 * ENTRY_OVERHEAD))
    one, two = again(documents, "{ a }"), again(documents, "{a  }")

    documents.document("{ a }")
    again(documents, "{  a}")

    assert documents.document("{ a }") is one
    assert documents.document("{a  }") is not two


@pytest.mark.parametrize("padding", [0, 60_000])
def test_any_number_of_documents_stays_within_the_bound(padding: int) -> None:
    """Long texts of few tokens count by their length."""
    documents = Documents(SCHEMA, room(200_000))
    texts = ["{ a }" + " " * (padding + n) for n in range(100)]
    requested = [again(documents, text) for text in texts]

    cached = [each for each, text in zip(requested, texts, strict=True) if documents.document(text) is each]

    assert sum(document.memory for document in cached) <= 200_000


def test_a_document_larger_than_the_cache_is_not_cached() -> None:
    """It is executed, and evicts no other."""
    documents = Documents(SCHEMA, room(1))

    assert again(documents, "{ a }") is not documents.document("{ a }")


def test_operations_without_names_cannot_be_chosen() -> None:
    """An unknown name is an error that lists the operations."""
    document = Documents(SCHEMA).document("{ a }")

    assert document.operation(None).node.operation is OperationType.QUERY
    with pytest.raises(BadUserInput, match="`operationName` is 'x'; the document's operations: unnamed"):
        document.operation("x")
