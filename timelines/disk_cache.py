"""Cache of decoded raw files on disk: bounded, shared by all workers, and still there after a restart."""

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
    from collections.abc import Callable
    from pathlib import Path

    from timelines.packed import Decoded
    from timelines.results import Outcome

_ABANDONED_SECONDS = 3600  # what is still being written then was left by a process that ended


class DiskCache:
    """A directory of cache entries; the least recently used ones make room for new ones.

    An entry is written to a temporary file, flushed to the disk and renamed, so that readers see all of it or nothing;
    two processes that write the same entry write the same content. Every entry is checked as it is read
    (`cache_entry.py`); a damaged one is deleted. Where the directory cannot be written or the disk is full, nothing is
    cached and everything else goes on.

    Args:
        directory: Where; created with the first entry.
        max_bytes: The bound of all files together; a file that is larger by itself is not cached.
    """

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def get(self, *key: str, on_timeline: Callable[[Outcome], None] | None = None) -> Decoded | None:
        """Return the entry of a key and mark it as used; None where there is none.

        Args:
            key: The raw file and its version.
            on_timeline: Receives the timeline of a results file before the rest is read.

        Raises:
            DamagedEntry: There was one, and it could not be read; if it was damaged, it is deleted.
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
        except (ValueError, KeyError) as error:  # written so: by another version of Arrow, or by a bug
            _remove(file)
            raise DamagedEntry("its content is not a decoded file") from error
        with suppress(OSError):  # deleted meanwhile, or the directory is read-only
            os.utime(file)
        return decoded

    def put(self, decoded: Decoded, *key: str) -> None:
        """Write the entry of a key, if there is room for it."""
        if decoded.nbytes > self._max_bytes:
            return
        digest = _digest(key)
        file = self._file(digest)
        part = file.with_suffix(f".{uuid4().hex}.part")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            write_entry(decoded, part, digest)
            # The directory is not flushed: a rename that a power cut undoes costs a decoding, not a wrong answer.
            part.replace(file)
        except OSError:
            _remove(part)
            return
        with suppress(OSError):  # somebody removed the directory
            self._make_room()

    def _file(self, digest: bytes) -> Path:
        return self._directory / f"{digest.hex()}.arrow"

    def _make_room(self) -> None:
        kept = []
        for entry in os.scandir(self._directory):
            try:
                status = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # another worker made room
            if entry.name.endswith(".arrow"):
                kept.append((status.st_mtime_ns, status.st_size, entry.path))
            elif entry.name.endswith(".part") and status.st_mtime < time.time() - _ABANDONED_SECONDS:
                _remove(entry.path)
        excess = sum(size for _, size, _ in kept) - self._max_bytes
        for _, size, path in sorted(kept):
            if excess <= 0:
                break
            _remove(path)
            excess -= size


def _digest(key: tuple[str, ...]) -> bytes:
    return hashlib.sha256("\0".join((str(FORMAT), *key)).encode(errors="surrogatepass")).digest()


def _remove(path: Path | str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108 - scandir gives texts
    except OSError:
        return  # another worker was faster, or the directory may not be written
