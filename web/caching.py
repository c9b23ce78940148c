"""What caches are told of an answer by GET: how long it is fresh, and how to ask whether it still is."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from execution.field_metadata import CacheScope

if TYPE_CHECKING:
    from web.answer_cache import Key

NOT_CACHED = "no-store"
_YEAR = 31_536_000


class Validators:
    """Entity tags: the same for the same question of the same data by the same release, on every replica.

    They are weak: one tag stands for all media types and encodings of an answer.

    Args:
        release: Whatever else may change an answer: the schema, the code, the settings.
    """

    def __init__(self, *release: str) -> None:
        self._release = hashlib.blake2b("\0".join(release).encode(), digest_size=16).digest()

    def tag(self, key: Key) -> str:
        """Return the entity tag of the answer to a question."""
        revision, text, operation, variables = key
        digest = hashlib.blake2b(digest_size=12, key=self._release)
        for part in (revision, text, operation or ""):
            digest.update(part.encode(errors="surrogatepass") + b"\0")
        digest.update(variables)
        return f'W/"{digest.hexdigest()}"'


def matches(if_none_match: bytes, tag: str) -> bool:
    """Say whether a client that sends this header names the tag."""
    if not if_none_match:
        return False
    opaque = tag.removeprefix("W/")
    named = {each.strip().removeprefix("W/") for each in if_none_match.decode("latin-1").split(",")}
    return opaque in named


def cache_headers(tag: str, scope: CacheScope, *, seconds: int, pinned: bool) -> dict[str, str]:
    """Return `ETag` and `Cache-Control` for an answer; neither for one that another process would answer otherwise.

    Args:
        tag: Its entity tag.
        scope: How long the answer holds.
        seconds: How long it may be used without asking.
        pinned: Whether the address names the revision.
    """
    if scope is CacheScope.PROCESS:
        return {}
    for_ever = pinned and scope is CacheScope.REVISION
    return {
        "ETag": tag,
        "Cache-Control": f"public, max-age={_YEAR}, immutable" if for_ever else f"public, max-age={seconds}",
    }
