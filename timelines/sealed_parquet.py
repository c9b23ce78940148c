"""A Parquet file that carries a digest of itself, checked before it is parsed.

Parquet's own page checksums leave out the page headers and the footer, where damage gives other numbers or crashes the
parser. So the SHA-256 of the whole file stands in it, just before the footer. All other readers still read the file:
they find the footer from the end of the file, and the pages by their offset from its start.
"""

from __future__ import annotations

import hashlib

_END = b"PAR1"
_TAIL = 4 + len(_END)  # the footer's length, then the magic bytes
_DIGEST = hashlib.sha256().digest_size


class BrokenSeal(ValueError):  # noqa: N818 - says what it is
    """The content is not what was sealed for its key."""


def seal(parquet: bytes, key: str) -> bytes:
    """Return the file with its digest in it.

    Args:
        parquet: A whole Parquet file.
        key: What the file is about; it takes part in the digest, so that a file does not pass for another.
    """
    at = _footer_start(parquet)
    return b"".join((parquet[:at], _digest(parquet[:at], parquet[at:], key), parquet[at:]))


def check_seal(content: bytes, key: str) -> None:
    """Compare the digest in the file with its content.

    Raises:
        BrokenSeal: They differ, or the file has another key.
    """
    at = _footer_start(content)
    if at < _DIGEST or not content.endswith(_END):
        raise BrokenSeal("it does not end as a Parquet file does")
    start = at - _DIGEST
    if _digest(content[:start], content[at:], key) != content[start:at]:
        raise BrokenSeal("its content does not have the digest that it states, or is that of another file")


def _footer_start(content: bytes) -> int:
    """Return where the footer starts; negative where the file states a length that it does not have."""
    return len(content) - _TAIL - int.from_bytes(content[-_TAIL : -len(_END)], "little")


def _digest(before: bytes, footer: bytes, key: str) -> bytes:
    digest = hashlib.sha256(hashlib.sha256(key.encode(errors="surrogatepass")).digest())
    digest.update(before)
    digest.update(footer)
    return digest.digest()
