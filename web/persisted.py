"""Persisted documents: found by their id in the operator's manifest, or by their hash once a client has sent them."""

from __future__ import annotations

import hashlib
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import orjson

from caches import size_of
from errors import (
    BadUserInput,
    GraphError,
    PersistedQueryNotFound,
    PersistedQueryNotSupported,
    QueryNotInSafelist,
    clipped,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from caches import ByteCache

_PREFIX = "sha256:"  # of the appendix on persisted documents of GraphQL over HTTP, and of some clients
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")


class PersistedDocuments:
    """Documents by id.

    Args:
        cache: Documents that clients sent with their SHA-256 (automatic persisted queries).
        manifest: Documents by id that are known from the start, an id without the prefix `sha256:`.
        allow_others: Whether documents that are not in the manifest are executed.
    """

    def __init__(
        self,
        cache: ByteCache[str, str],
        manifest: Mapping[str, str] = MappingProxyType({}),
        *,
        allow_others: bool = True,
    ) -> None:
        self._texts = cache
        self._manifest = manifest
        self._safelist = None if allow_others else frozenset(manifest.values())

    def text(self, query: str | None, persisted: Any, document_id: str | None = None) -> str:  # noqa: ANN401 - any JSON
        """Return the document of a request.

        Args:
            query: The document in the request, if any.
            persisted: `extensions.persistedQuery` of the request.
            document_id: `documentId` of the request.

        Raises:
            PersistedQueryNotFound: The hash or id belongs to no known document.
            PersistedQueryNotSupported: `persisted` is malformed or of another version.
            BadUserInput: The hash is not that of the document.
            QueryNotInSafelist: The server does not execute this document.
        """
        if query is None:
            return self._found(_digest(persisted) if document_id is None else _normalized(document_id))
        if self._safelist is not None and query not in self._safelist:
            raise QueryNotInSafelist(
                f"`query` is not a persisted document; allowed: the {len(self._safelist)} documents of the server's "
                "manifest (MLENERGY_ALLOW_DOCUMENTS is persisted)."
            )
        if persisted is not None:
            digest = _digest(persisted)
            known = query in (self._manifest.get(digest), self._texts.peek(digest))  # faster than hashing
            if not known and sha256(query) != digest:
                raise BadUserInput("provided sha does not match query", sha256Hash=clipped(digest))
        return query

    def _found(self, identifier: str) -> str:
        found = self._manifest.get(identifier) or self._texts.get(identifier)
        if found is None:
            raise PersistedQueryNotFound("PersistedQueryNotFound")  # clients match this text
        return found

    def registers(self, persisted: Any) -> bool:  # noqa: ANN401 - any JSON
        """Return whether a valid request with this `extensions.persistedQuery` must reach `remember`."""
        return persisted is not None and _digest(persisted) not in self._manifest

    def remember(self, text: str, persisted: Any) -> None:  # noqa: ANN401 - any JSON
        """Cache a valid document, if the request has its hash."""
        if not self.registers(persisted):
            return
        digest = _digest(persisted)
        if digest not in self._texts:
            self._texts.put(digest, text, size_of(digest, text))


def open_persisted(cache: ByteCache[str, str], path: Path | None, *, allow_others: bool) -> PersistedDocuments:
    """Return the persisted documents of a server.

    Args:
        cache: Documents that clients send with their SHA-256.
        path: The manifest: a JSON object of ids and documents, as GraphQL Code Generator and Relay write it. An id of
            64 hexadecimal digits, with or without `sha256:` before it, must be the SHA-256 of its document.
        allow_others: Whether documents that are not in the manifest are executed.

    Raises:
        GraphError: The manifest cannot be read, is not such an object, has a document with another hash, or is missing
            although no other documents are allowed.
    """
    if path is None and not allow_others:
        raise GraphError(
            "allow-documents is 'persisted', but persisted-documents is none; allowed: the path of a manifest"
        )
    return PersistedDocuments(cache, {} if path is None else _read_manifest(path), allow_others=allow_others)


def _read_manifest(path: Path) -> dict[str, str]:
    try:
        entries = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise GraphError(f"the manifest of persisted documents {path} cannot be read: {error}") from None
    if not isinstance(entries, dict) or not entries:
        raise GraphError(f"the manifest {path} is {shown(entries)}; allowed: a JSON object of ids and documents")
    for identifier, text in entries.items():
        if not identifier.strip() or not isinstance(text, str) or not text.strip():
            raise GraphError(
                f"the manifest {path} has {shown(text)} as {shown(identifier)}; allowed: an id and a document"
            )
        named = _normalized(identifier)
        if _SHA256.fullmatch(named) and named != sha256(text):
            raise GraphError(
                f"the manifest {path} has a document with the SHA-256 {sha256(text)} as {shown(identifier)}; "
                "allowed: the document's own hash"
            )
    return {_normalized(identifier): text for identifier, text in entries.items()}


def sha256(text: str) -> str:
    """Return the SHA-256 of a document in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _normalized(identifier: str) -> str:
    """Return an id without the prefix of hashes; the digits of a hash in lower case."""
    bare = identifier.removeprefix(_PREFIX)
    return bare.lower() if _SHA256.fullmatch(bare) else bare


def _digest(persisted: Any) -> str:  # noqa: ANN401 - any JSON
    version = persisted.get("version") if isinstance(persisted, dict) else None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if version != 1 or not isinstance(digest, str):
        raise PersistedQueryNotSupported(
            f"extensions.persistedQuery has version {shown(version)} and sha256Hash {shown(digest)}; "
            "allowed: version 1 and a sha256Hash as text."
        )
    return _normalized(digest)
