"""Decoded raw files on disk: bounded, shared by all workers, and there again after a restart."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from timelines.arrow_file import map_arrow, write_arrow
from timelines.packed import FORMAT

if TYPE_CHECKING:
    from pathlib import Path

    from timelines.packed import Decoded

_ABANDONED_SECONDS = 3600  # what is still being written then was left by a process that ended


class DiskCache:
    """Arrow files in a directory, those not used for longest making room for new ones.

    A file is written beside its place and moved there, so that whoever looks sees all of it or nothing; two who write
    the same one write the same. What cannot be read any more is removed and counts as not there; a directory that
    cannot be written, or is full, keeps nothing, and all else goes on.

    Args:
        directory: Where; is made when something is kept.
        max_bytes: The bound of all files together; a file that is larger by itself is not kept.
    """

    def __init__(self, directory: Path, *, max_bytes: int) -> None:
        self._directory = directory
        self._max_bytes = max_bytes

    def get(self, *key: str) -> Decoded | None:
        """Return what is kept under a key, and count it as used."""
        file = self._file(key)
        try:
            decoded = map_arrow(file)
            os.utime(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError):
            _remove(file)
            return None
        return decoded

    def put(self, decoded: Decoded, *key: str) -> Decoded:
        """Keep a decoded file under a key; return it as it is kept, or as it was given if it is not."""
        if decoded.nbytes > self._max_bytes:
            return decoded
        file = self._file(key)
        part = file.with_suffix(f".{uuid4().hex}.part")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            write_arrow(decoded, part)
            part.replace(file)
        except OSError:
            _remove(part)
            return decoded
        self._make_room()
        return self.get(*key) or decoded

    def _file(self, key: tuple[str, ...]) -> Path:
        name = hashlib.sha256("\0".join((str(FORMAT), *key)).encode(errors="surrogatepass")).hexdigest()
        return self._directory / f"{name}.arrow"

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


def _remove(path: Path | str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108 - scandir gives texts
    except OSError:
        return  # another worker was faster, or the directory may not be written
