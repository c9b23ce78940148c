"""Cache of decoded raw files on disk: bounded, shared by all workers, persistent."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from timelines.cache_entry import DamagedEntry, read_entry, write_entry
from timelines.packed import FORMAT

if TYPE_CHECKING:
    from pathlib import Path

    from timelines.packed import Decoded
    from timelines.results import OnTimeline

_ABANDONED_SECONDS = 3600  # a temporary file that old was left by a process that ended


class DiskCache:
    """A directory of cache entries; the least recently used are evicted.

    An entry is written to a temporary file, flushed to the disk and renamed, so that readers see all of it or nothing;
    two processes that write the same entry write the same content. Every entry is checked as it is read
    (`cache_entry.py`); a damaged entry is deleted. If the directory cannot be written or the disk is full, files are
    decoded without being cached.

    Args:
        directory: The directory; created with the first entry.
        max_bytes: Maximum size of all files together; a single larger file is not cached.
    """

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def get(self, *key: str, on_timeline: OnTimeline = None) -> Decoded | None:
        """Return the entry of a key and mark it as used; None if there is no entry.

        Raises:
            DamagedEntry: The entry cannot be read; a damaged one is deleted.
        """
        digest = _digest(key)
        file = self._file(digest)
        try:
            decoded = read_entry(file, digest, on_timeline=on_timeline)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DamagedEntry(f"it cannot be read: {error.strerror}") from error
        except DamagedEntry:
            _remove(file)
            raise
        except (ValueError, KeyError) as error:  # written by another version of Arrow, or by a bug
            _remove(file)
            raise DamagedEntry("its content is not a decoded file") from error
        with suppress(OSError):  # deleted by another process, or the directory is read-only
            os.utime(file)
        return decoded

    def put(self, decoded: Decoded, *key: str) -> None:
        """Write the entry of a key, unless it is too large or the directory cannot be written."""
        if decoded.nbytes > self._max_bytes:
            return
        digest = _digest(key)
        file = self._file(digest)
        part = file.with_suffix(f".{uuid4().hex}.part")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            write_entry(decoded, part, digest)
            # The directory is not flushed: if a power cut undoes the rename, the raw file is decoded again.
            part.replace(file)
        except OSError:
            _remove(part)
            return
        with suppress(OSError):  # the directory was removed
            self._evict()

    def _file(self, digest: bytes) -> Path:
        return self._directory / f"{digest.hex()}.arrow"

    def _evict(self) -> None:
        entries = []
        for entry in os.scandir(self._directory):
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # another worker evicted it
            if entry.name.endswith(".arrow"):
                entries.append((status.st_mtime_ns, status.st_size, entry.path))
            elif entry.name.endswith(".part") and status.st_mtime < time.time() - _ABANDONED_SECONDS:
                _remove(entry.path)
        excess = sum(size for _, size, _ in entries) - self._max_bytes
        for _, size, path in sorted(entries):
            if excess <= 0:
                break
            _remove(path)
            excess -= size


def _digest(key: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\0".join((str(FORMAT), *key)).encode(errors="surrogatepass")).digest()


def _remove(path: Path | str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108 - scandir gives strings
    except OSError:
        return  # another worker removed it, or the directory cannot be written
