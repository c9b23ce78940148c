"""A whole file's bytes in memory; large files one after another in the same memory, which spares most of the time."""

from __future__ import annotations

import mmap
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    FileBytes = bytes | memoryview

LARGE = 2**20
# Private, since pages that another process might share cost twice as much; handed out all at once, where that is known.
_FLAGS = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_POPULATE", 0)


class Room:
    """Memory to read one large file into, for as long as it is borrowed."""

    def __init__(self, kept: mmap.mmap | None) -> None:
        self.memory = kept

    def of(self, size: int) -> memoryview:
        """Return that many bytes to write to; what was in the room before is gone."""
        if self.memory is None or len(self.memory) < size:
            self.memory = None  # the smaller one goes before the larger one comes
            self.memory = mmap.mmap(-1, size, flags=_FLAGS)
        return memoryview(self.memory)[:size]


class Rooms:
    """Lends memory that was written to before, where it has some; safe between threads.

    To read 50 MB into fresh memory takes 25 ms, into memory that was written to before 4: the system hands out fresh
    memory page by page, emptied. So one room is kept.

    Args:
        max_bytes: The largest room to keep.
    """

    def __init__(self, max_bytes: int = 64 * 2**20) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._kept: mmap.mmap | None = None

    @contextmanager
    def lend(self) -> Iterator[Room]:
        """Lend a room; nothing may look at its bytes afterwards, for another file will stand there."""
        with self._lock:
            kept, self._kept = self._kept, None
        room = Room(kept)
        try:
            yield room
        finally:
            if room.memory is not None and len(room.memory) <= self._max_bytes:
                room.memory.madvise(mmap.MADV_FREE)  # a system that is short of memory may have it back
                with self._lock:
                    self._kept = max(room.memory, self._kept or room.memory, key=len)


def read_file(path: Path, room: Room | None = None) -> FileBytes:
    """Return all bytes of a file; other threads run meanwhile.

    The file is not mapped into memory, which would be faster still: whoever cut it short would stop the server.

    Args:
        path: The file.
        room: Where the bytes of a large one may stand; None for memory of their own.

    Raises:
        OSError: It cannot be read, or grew meanwhile.
    """
    with path.open("rb", buffering=0) as file:
        size = file.seek(0, 2)
        file.seek(0)
        if room is None or size < LARGE:
            return file.readall()
        whole = room.of(size)
        filled = 0
        while filled < size and (count := file.readinto(whole[filled:])):
            filled += count
        if file.read(1):
            raise OSError(None, "the file grew while it was read")
        return whole[:filled].toreadonly()
