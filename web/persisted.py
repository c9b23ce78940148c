"""Automatic persisted queries: after a request with a document and its hash, the hash alone is enough."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from caches import size_of
from errors import BadUserInput, PersistedQueryNotFound, PersistedQueryNotSupported, clipped, shown

if TYPE_CHECKING:
    from caches import ByteCache

_PREFIX = "sha256:"  # some clients add it


class PersistedDocuments:
    """Documents by SHA-256, in a cache."""

    def __init__(self, cache: ByteCache[str, str]) -> None:
        self._texts = cache

    def text(self, query: str | None, persisted: Any) -> str:  # noqa: ANN401 - any JSON
        """Return the document of a request.

        Args:
            query: The document in the request, if any.
            persisted: `extensions.persistedQuery` of the request.

        Raises:
            PersistedQueryNotFound: The hash belongs to no cached document.
            PersistedQueryNotSupported: `persisted` is malformed or of another version.
            BadUserInput: The hash is not that of the document.
        """
        digest = _digest(persisted)
        if query is None:
            found = self._texts.get(digest)
            if found is None:
                raise PersistedQueryNotFound("PersistedQueryNotFound")  # clients match this text
            return found
        known = self._texts.peek(digest) == query  # comparing is faster than hashing
        if not known and hashlib.sha256(query.encode(errors="surrogatepass")).hexdigest() != digest:
            raise BadUserInput("provided sha does not match query", sha256Hash=clipped(digest))
        return query

    def remember(self, text: str, persisted: Any) -> None:  # noqa: ANN401 - any JSON
        """Cache a valid document, if the request has its hash."""
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
            f"extensions.persistedQuery has version {shown(version)} and sha256Hash {shown(digest)}; "
            "allowed: version 1 and a sha256Hash as text."
        )
    return digest.removeprefix(_PREFIX).lower()
