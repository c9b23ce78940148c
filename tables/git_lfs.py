"""Git LFS pointers: a few lines of text in place of a file whose content was not downloaded."""

from __future__ import annotations

POINTER = "a Git LFS pointer in place of the file; run `git lfs pull` in the dataset's repository"
# First line of every pointer. Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
_FIRST_LINE = b"version https://git-lfs.github.com/spec/v1"


def is_pointer(content: bytes | memoryview) -> bool:
    """Return whether a file that begins with this content is a pointer."""
    return bytes(content[: len(_FIRST_LINE)]) == _FIRST_LINE
