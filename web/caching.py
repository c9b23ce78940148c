"""HTTP cache headers: freshness and entity tags of GET responses."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from execution.field_metadata import CacheScope

if TYPE_CHECKING:
    from web.answer_cache import Key

NOT_CACHED = "no-store"
IMMUTABLE = "public, max-age=31536000, immutable"  # a year


class EntityTags:
    """Entity tags: equal for equal requests to the same data and release, on every replica.

    The tags are weak: one tag stands for all media types and encodings of an answer.

    Args:
        release: Texts that change with everything else that decides answers: schema, code, settings.
    """

    def __init__(self, *release: str) -> None:
        self._release = hashlib.blake2b("\0".join(release).encode(), digest_size=16).digest()

    def tag(self, key: Key) -> str:
        """Return the entity tag of the answer with this key."""
        revision, text, operation, variables = key
        digest = hashlib.blake2b(digest_size=12, key=self._release)
        for part in (revision, text, operation or ""):
            digest.update(part.encode(errors="surrogatepass") + b"\0")
        digest.update(variables)
        return f'W/"{digest.hexdigest()}"'


def matches(if_none_match: bytes, tag: str) -> bool:
    """Return whether an `If-None-Match` header lists the tag."""
    if not if_none_match:
        return False
    listed = {each.strip().removeprefix("W/") for each in if_none_match.decode("latin-1").split(",")}
    return tag.removeprefix("W/") in listed


def cache_headers(tag: str, scope: CacheScope, *, seconds: int, pinned: bool) -> dict[str, str]:
    """Return `ETag` and `Cache-Control` of an answer; empty if another process would answer differently.

    An answer is immutable if the URL names its revision (`pinned`), and can be reused for `seconds` otherwise.
    """
    if scope is CacheScope.PROCESS:
        return {}
    immutable = pinned and scope is CacheScope.REVISION
    return {"ETag": tag, "Cache-Control": IMMUTABLE if immutable else f"public, max-age={seconds}"}
