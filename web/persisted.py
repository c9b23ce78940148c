"""Automatic persisted queries: a document that was sent once with its hash is asked for by the hash alone."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

from errors import BadUserInput, PersistedQueryNotFound, PersistedQueryNotSupported, clipped, shown

_PREFIX = "sha256:"  # how some generators of hashes write them
_REMEMBERED_BYTES = 2**23


class PersistedDocuments:
    """Texts by their SHA-256; those asked for longest ago are forgotten first.

    Args:
        remembered_bytes: What all of them may take.
    """

    def __init__(self, *, remembered_bytes: int = _REMEMBERED_BYTES) -> None:
        self._room = remembered_bytes
        self._texts: OrderedDict[str, str] = OrderedDict()

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
            self._texts.move_to_end(digest)
            return found
        known = self._texts.get(digest) == query  # sooner compared than hashed
        if not known and hashlib.sha256(query.encode(errors="surrogatepass")).hexdigest() != digest:
            raise BadUserInput("provided sha does not match query", sha256Hash=clipped(digest))
        return query

    def remember(self, text: str, persisted: Any) -> None:  # noqa: ANN401 - any JSON
        """Keep a document that turned out to be valid, if its hash came along."""
        if persisted is None:
            return
        digest = _digest(persisted)
        if digest in self._texts:
            return
        self._texts[digest] = text
        self._room -= len(text)
        while self._room < 0 and self._texts:
            _, forgotten = self._texts.popitem(last=False)
            self._room += len(forgotten)


def _digest(persisted: Any) -> str:  # noqa: ANN401 - any JSON
    version = persisted.get("version") if isinstance(persisted, dict) else None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if version != 1 or not isinstance(digest, str):
        raise PersistedQueryNotSupported(
            f"extensions.persistedQuery has version {shown(version)} and a sha256Hash of {type(digest).__name__}; "
            "allowed: version 1 and a text."
        )
    return digest.removeprefix(_PREFIX).lower()
