"""The digests of files in a Hugging Face cache: a snapshot's file is a link to a blob, named by its content's digest.

The Hub's own client compares sizes only, and only after a download. Here the bytes that are used are the bytes that
were compared: a file is read once. Where the file system has no symbolic links, the client stores plain files and no
digest is known; those are read unchecked, as are blobs that a mirror of the Hub named by something else.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from tables.file_bytes import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from tables.file_bytes import FileBytes, Room

# SHA-256 for files in the large-file storage, SHA-1 for those in git.
DIGEST_NAME = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")


class DamagedBlob(Exception):  # noqa: N818 - becomes a Trouble, with what could be done about it
    """A cached file does not have the digest that its blob is named by."""

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(f"its digest is {found}, expected {expected}")


def read_blob(file: Path, room: Room | None = None, *, link: Path | None = None) -> FileBytes:
    """Return the content of a file, checked where it is a snapshot's link to a blob, whose name is its digest.

    Args:
        file: The file.
        room: Memory for a large file, see `read_file`.
        link: The link that `file` was resolved from; None if `file` is not resolved.

    Raises:
        DamagedBlob: The content has another digest.
        OSError: It cannot be read.
    """
    expected = _named_digest(link or file)
    content = read_file(file, room)
    if expected is not None:
        found = _found_digest(content, expected)
        if found != expected:
            raise DamagedBlob(expected=expected, found=found)
    return content


def _named_digest(file: Path) -> str | None:
    try:
        # One link only: the blob may itself be a link into a store that all caches of a machine share.
        blob = file.readlink()
    except OSError:
        return None
    return blob.name if blob.parent.name == "blobs" and DIGEST_NAME.fullmatch(blob.name) else None


def _found_digest(content: FileBytes, expected: str) -> str:
    """Return the content's digest by the algorithm of the expected one, as far as its length tells that."""
    if len(expected) == hashlib.sha256().digest_size * 2:
        return hashlib.sha256(content).hexdigest()
    plain = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if plain == expected:  # mirrors know nothing of git
        return plain
    named = hashlib.sha1(b"blob %d\0" % len(content), usedforsecurity=False)
    named.update(content)
    return named.hexdigest()
