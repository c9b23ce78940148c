"""Parts of a raw file that may be unavailable: a text in place of a part is the reason."""

from __future__ import annotations

from typing import TypeVar

from errors import RawDataUnavailable

Part = TypeVar("Part")


def available(part: Part | str, *, path: str) -> Part:
    """Return a part of a decoded file.

    Args:
        part: The part, or the reason why it is unavailable.
        path: The file's path relative to the dataset's root, for the error.

    Raises:
        RawDataUnavailable: The part is a reason.
    """
    if isinstance(part, str):
        raise RawDataUnavailable(f"{path}: {part}", path=path)
    return part
