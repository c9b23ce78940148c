"""Git LFS pointers: the few lines of text that stand in place of a file whose content was not downloaded."""

from __future__ import annotations

POINTER = "a Git LFS pointer in place of the file; run `git lfs pull` in the dataset's repository"
# Source: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: this line comes first in every pointer.
_FIRST_LINE = b"version https://git-lfs.github.com/spec/v1"


def is_pointer(content: bytes | memoryview) -> bool:
    """Return whether a file with this content, or one that begins with it, is a pointer."""
    return bytes(content[: len(_FIRST_LINE)]) == _FIRST_LINE
