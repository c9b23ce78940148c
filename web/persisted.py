"""Automatic persisted queries: a document that was sent once with its hash is asked for by the hash alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from caches import size_of
from errors import BadUserInput, PersistedQueryNotFound, PersistedQueryNotSupported, clipped, shown

if TYPE_CHECKING:
    from caches import ByteCache

_PREFIX = "sha256:"  # how some generators of hashes write them


class PersistedDocuments:
    """Texts of documents by their SHA-256.

    Args:
        cache: Bounds the texts.
    """

    def __init__(self, cache: ByteCache[str, str]) -> None:
        self._texts = cache

    def text(self, query: str | None, persisted: Any) -> str:  # noqa: ANN401 - any JSON
        """Return the document of a request.

        Args:
            query: The document that it holds, if it does.
            persisted: What it holds as `extensions.persistedQuery`.

        Raises:
            PersistedQueryNotFound: No such document is known here; send it along.
            PersistedQueryNotSupported: It is asked for in another way.
            BadUserInput: The hash is not the document's.
        """
        digest = _digest(persisted)
        if query is None:
            found = self._texts.get(digest)
            if found is None:
                raise PersistedQueryNotFound("PersistedQueryNotFound")  # the text that clients look for
            return found
        known = self._texts.peek(digest) == query  # sooner compared than hashed
        if not known and hashlib.sha256(query.encode(errors="surrogatepass")).hexdigest() != digest:
            raise BadUserInput("provided sha does not match query", sha256Hash=clipped(digest))
        return query

    def remember(self, text: str, persisted: Any) -> None:  # noqa: ANN401 - any JSON
        """Cache a document that turned out to be valid, if its hash came along."""
        if persisted is None:
            return
        digest = _digest(persisted)
        if digest not in self._texts:
            self._texts.put(digest, text, size_of(digest, text))


def _digest(persisted: Any) -> str:  # noqa: ANN401 - any JSON
    version = persisted.get("version") if isinstance(persisted, dict) else None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if version != 1 or not isinstance(digest, str):
        raise PersistedQueryNotSupported(
            f"extensions.persistedQuery has version {shown(version)} and a sha256Hash of {type(digest).__name__}; "
            "allowed: version 1 and a text."
        )
    return digest.removeprefix(_PREFIX).lower()
