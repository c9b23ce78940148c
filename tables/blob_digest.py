"""Digests of files in a Hugging Face cache, where a snapshot's file is a link to a blob named by its digest.

huggingface_hub compares sizes only, and only after a download. Here a file is read once, and the bytes that are used
are the bytes that were checked. Files without a known digest are read unchecked: plain files, which the library writes
where the file system does not support symbolic links, and blobs that a mirror of the Hub named otherwise.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from tables.file_bytes import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from tables.file_bytes import FileBytes, ReadBuffer

# SHA-256 for files in the large-file storage, SHA-1 for those in git.
DIGEST_NAME = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")


class DamagedBlob(Exception):  # noqa: N818 - converted by its callers, which know the remedy
    """The digest of a cached file differs from the one in its blob's name."""

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(f"its digest is {found}, expected {expected}")


def read_blob(file: Path, buffer: ReadBuffer | None = None, *, link: Path | None = None) -> FileBytes:
    """Return the content of a file, checked if it is a snapshot's link to a blob.

    Args:
        file: The file.
        buffer: Memory for a large file, see `read_file`.
        link: The link that `file` was resolved from; None if `file` is not resolved.

    Raises:
        DamagedBlob: The content has another digest.
        OSError: The file cannot be read.
    """
    expected = _named_digest(link or file)
    content = read_file(file, buffer)
    if expected is not None and (found := _digest(content, expected)) != expected:
        raise DamagedBlob(expected=expected, found=found)
    return content


def git_blob_header(size: int) -> bytes:
    """Return the bytes that git hashes before the content of a file of this size."""
    return b"blob %d\0" % size


def _named_digest(file: Path) -> str | None:
    try:
        # One link only: the blob can itself be a link, into a store that all caches of a machine share.
        blob = file.readlink()
    except OSError:
        return None
    return blob.name if blob.parent.name == "blobs" and DIGEST_NAME.fullmatch(blob.name) else None


def _digest(content: FileBytes, expected: str) -> str:
    """Return the content's digest, by the algorithm that the length of the expected digest indicates."""
    if len(expected) == hashlib.sha256().digest_size * 2:
        return hashlib.sha256(content).hexdigest()
    plain = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if plain == expected:  # a mirror without git
        return plain
    named = hashlib.sha1(git_blob_header(len(content)), usedforsecurity=False)
    named.update(content)
    return named.hexdigest()
