"""A Parquet file that contains its own digest, checked before it is parsed.

Parquet's page checksums do not cover the page headers and the footer, where damage gives other numbers or crashes the
parser. So the SHA-256 of the whole file is in it, just before the footer. Other readers ignore it: they find the footer
from the end of the file, and the pages by their offset from its start.
"""

from __future__ import annotations

import hashlib

_END = b"PAR1"
_TAIL = 4 + len(_END)  # the footer's length, then the magic bytes
_DIGEST = hashlib.sha256().digest_size


class BrokenSeal(ValueError):  # noqa: N818 - not an error of the caller
    """The content is not the file that was sealed with the key."""


def seal(parquet: bytes, key: str) -> bytes:
    """Insert the digest into a Parquet file.

    Args:
        parquet: The whole file.
        key: Identifies the content; a part of the digest, so that one file cannot replace another.
    """
    at = _footer_start(parquet)
    return b"".join((parquet[:at], _digest(parquet[:at], parquet[at:], key), parquet[at:]))


def check_seal(content: bytes, key: str) -> None:
    """Compare the digest in the file with its content and key.

    Raises:
        BrokenSeal: They differ.
    """
    at = _footer_start(content)
    if at < _DIGEST or not content.endswith(_END):
        raise BrokenSeal("it does not end with the magic bytes of a Parquet file")
    start = at - _DIGEST
    if _digest(content[:start], content[at:], key) != content[start:at]:
        raise BrokenSeal("its content does not match the digest in it, or is of another file")


def _footer_start(content: bytes) -> int:
    """Return the offset of the footer; negative if the stated length exceeds the file."""
    return len(content) - _TAIL - int.from_bytes(content[-_TAIL : -len(_END)], "little")


def _digest(before: bytes, footer: bytes, key: str) -> bytes:
    digest = hashlib.sha256(hashlib.sha256(key.encode(errors="surrogatepass")).digest())
    digest.update(before)
    digest.update(footer)
    return digest.digest()
