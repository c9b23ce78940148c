"""What caches are told of an answer by GET: how long it is fresh, and how to ask whether it still is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from web.kept_answers import Key

NOT_CACHED = "no-store"
_YEAR = 31_536_000


class Validators:
    """Entity tags: the same for the same question of the same data by the same schema, on every replica.

    They are weak: one tag stands for all media types and encodings of an answer.

    Args:
        schema: The schema as SDL, since another one may answer the same question otherwise.
    """

    def __init__(self, schema: str) -> None:
        self._schema = hashlib.blake2b(schema.encode(), digest_size=16).digest()

    def tag(self, key: Key) -> str:
        """Return the entity tag of the answer to a question."""
        revision, text, operation, variables = key
        digest = hashlib.blake2b(digest_size=12, key=self._schema)
        for part in (revision, text, operation or ""):
            digest.update(part.encode(errors="surrogatepass") + b"\0")
        digest.update(variables)
        return f'W/"{digest.hexdigest()}"'


def matches(if_none_match: bytes, tag: str) -> bool:
    """Say whether a client that sends this header has the answer with that tag."""
    if not if_none_match:
        return False
    opaque = tag.removeprefix("W/")
    named = {each.strip().removeprefix("W/") for each in if_none_match.decode("latin-1").split(",")}
    return opaque in named


def cache_control(*, seconds: int, pinned: bool) -> str:
    """Return `Cache-Control` for an answer.

    Args:
        seconds: How long it may be used without asking.
        pinned: Whether the address names the revision: then the answer never changes.
    """
    return f"public, max-age={_YEAR}, immutable" if pinned else f"public, max-age={seconds}"
