"""Protocol of a source of raw files, and the errors that its implementations share."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Protocol

from errors import RawDataUnavailable

if TYPE_CHECKING:
    from tables.file_bytes import FileBytes, ReadBuffer


class RawFiles(Protocol):
    """Raw files of the runs, by their path relative to the dataset's root."""

    @property
    def immutable(self) -> bool:
        """Whether the revision determines the content of every file, so that answers from raw files can be cached."""

    def version(self, path: str) -> str:
        """Return a text that changes with the file's content, without reading the file or using the network.

        Raises:
            RawDataUnavailable: The file does not exist.
        """

    def read(self, path: str, *, max_bytes: int | None = None, buffer: ReadBuffer | None = None) -> FileBytes:
        """Return the whole file; may block on disk or network, so do not call it on the event loop.

        Args:
            path: Path of the file.
            max_bytes: Maximum size, checked before the file is read; None for no limit.
            buffer: Memory for a large file's bytes, valid until it is returned to its pool; None allocates new memory.

        Raises:
            RawDataUnavailable: The file cannot be read or is too large.
        """


def unavailable(path: str, reason: str) -> RawDataUnavailable:
    """Return the error for a raw file; an absolute path is omitted, because it reveals the machine that wrote it."""
    if is_absolute(path):
        return RawDataUnavailable(f"raw file with an absolute path {reason}.")
    return RawDataUnavailable(f"raw file {path!r} {reason}.", path=path)


def is_absolute(path: str) -> bool:
    """Return whether a path is absolute on Linux or on Windows."""
    return PurePosixPath(path).is_absolute() or bool(PureWindowsPath(path).anchor)


def refuse_over(max_bytes: int | None, size: int, path: str) -> None:
    """Raise `RawDataUnavailable` if a file is larger than allowed."""
    if max_bytes is not None and size > max_bytes:
        raise RawDataUnavailable(
            f"{path}: has {size} bytes; allowed: {max_bytes}", path=path, bytes=size, limit=max_bytes
        )
