"""Where the raw files of a dataset are read from: one protocol, implemented by each source."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Protocol

from errors import RawDataUnavailable

if TYPE_CHECKING:
    from tables.file_bytes import FileBytes, ReadBuffer


class RawFiles(Protocol):
    """The raw files behind the tables, by their path relative to the dataset's root."""

    def version(self, path: str) -> str:
        """Return what tells this content of the file from any other, without reading it or asking the network.

        Raises:
            RawDataUnavailable: There is no such file.
        """

    def read(self, path: str, *, max_bytes: int | None = None, buffer: ReadBuffer | None = None) -> FileBytes:
        """Return the whole file; may block on disk or network, so call it off the event loop.

        Args:
            path: Which file.
            max_bytes: The largest that is wanted; its size is found out before it is read. None for any.
            buffer: Memory for a large file's bytes, valid until it is returned to its pool; None allocates new memory.

        Raises:
            RawDataUnavailable: The file should be there and cannot be had, or is too large; the text says why.
        """


def unavailable(path: str, reason: str) -> RawDataUnavailable:
    """Return the error for a raw file; an absolute path is not repeated, because it is one of somebody's machine."""
    if is_absolute(path):
        return RawDataUnavailable(f"raw file with an absolute path: {reason}.")
    return RawDataUnavailable(f"raw file {path!r} {reason}.", path=path)


def is_absolute(path: str) -> bool:
    """Return whether a path is absolute, on Linux or on Windows."""
    return PurePosixPath(path).is_absolute() or bool(PureWindowsPath(path).anchor)


def refuse_over(max_bytes: int | None, size: int, path: str) -> None:
    """Refuse a file that is larger than is wanted.

    Raises:
        RawDataUnavailable: It is.
    """
    if max_bytes is not None and size > max_bytes:
        raise RawDataUnavailable(
            f"{path}: has {size} bytes; allowed: {max_bytes}", path=path, bytes=size, limit=max_bytes
        )
