"""The file of one cache entry: a header with the entry's key and digests, then two Arrow payloads.

The file is not mapped into memory: if another process truncates it or the disk fails, reading a mapped page ends the
server with SIGBUS. Each payload's digest is checked before it is parsed, because Arrow crashes on some damaged files.

The inter-token latencies, nine tenths of a large entry, are the second payload, so that a timeline does not wait until
they are read and checked.
"""

from __future__ import annotations

import hashlib
import os
import struct
from typing import TYPE_CHECKING, BinaryIO, cast

import numpy as np

from timelines.arrow_file import read_arrow, write_arrow
from timelines.packed import SLOW_ARRAYS, Packed, packed, timeline_of, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO
    from pathlib import Path

    from timelines.packed import Decoded
    from timelines.results import Outcome

_MAGIC = b"MLE\x93raw\n"
# Magic, key, sizes of the two payloads in bytes, SHA-256 of each together with the key and its position.
_HEADER = struct.Struct("<8s32sQQ32s32s")


class DamagedEntry(Exception):  # noqa: N818 - not an error of the caller, who decodes the raw file instead
    """The file is not the entry that was written under its key; the message says how it differs."""


def write_entry(decoded: Decoded, file: Path, key: bytes) -> None:
    """Write the entry and flush it to the disk.

    Args:
        decoded: The decoded raw file.
        file: The file to write.
        key: 32 bytes that identify the raw file and its version.

    Raises:
        OSError: The file cannot be written; a partial file remains.
    """
    parts = packed(decoded)
    fast = {name: array for name, array in parts.arrays.items() if name not in SLOW_ARRAYS}
    slow = {name: array for name, array in parts.arrays.items() if name in SLOW_ARRAYS}
    with file.open("wb") as target:
        target.write(bytes(_HEADER.size))
        sizes, digests = [], []
        for position, payload in enumerate((Packed(facts=parts.facts, arrays=fast), Packed(facts=b"", arrays=slow))):
            sink = _HashingSink(target, _seed(key, position))
            write_arrow(payload, cast("BinaryIO", sink))
            sizes.append(sink.tell())
            digests.append(sink.digest())
        target.seek(0)
        target.write(_HEADER.pack(_MAGIC, key, *sizes, *digests))
        target.flush()
        os.fsync(target.fileno())


def read_entry(file: Path, key: bytes, *, on_timeline: Callable[[Outcome], None] | None = None) -> Decoded:
    """Read an entry into memory and check all of it.

    Args:
        file: The entry.
        key: The key that it was written under.
        on_timeline: Receives the timeline of a results file once it is checked, before the rest is read.

    Raises:
        DamagedEntry: The entry is damaged, or of another key.
        OSError: The file cannot be read.
    """
    with file.open("rb", buffering=0) as source:
        length = os.fstat(source.fileno()).st_size
        header = source.read(_HEADER.size)
        if len(header) != _HEADER.size:
            raise DamagedEntry(f"it has {length} bytes, fewer than a header")
        magic, own_key, *figures = _HEADER.unpack(header)
        sizes, digests = figures[:2], figures[2:]
        if magic != _MAGIC:
            raise DamagedEntry("it does not begin with the magic bytes of an entry")
        if own_key != key:
            raise DamagedEntry("it is the entry of another raw file or version")
        if _HEADER.size + sum(sizes) != length:
            raise DamagedEntry(f"it has {length} bytes; its header says {_HEADER.size + sum(sizes)}")
        fast = read_arrow(_payload(source, sizes[0], digests[0], _seed(key, 0)))
        timeline = timeline_of(fast)
        if timeline is not None and on_timeline is not None:
            on_timeline(timeline)
        slow = read_arrow(_payload(source, sizes[1], digests[1], _seed(key, 1)))
    return unpacked(Packed(facts=fast.facts, arrays={**fast.arrays, **slow.arrays}))


def _seed(key: bytes, position: int) -> bytes:
    return key + bytes([position])


def _payload(source: FileIO, size: int, digest: bytes, seed: bytes) -> memoryview:
    """Read the next payload and check its digest."""
    content = np.empty(size, np.uint8).data  # a bytearray would be zeroed first
    filled = 0
    while filled < size and (count := source.readinto(content[filled:])):
        filled += count
    if filled < size:
        raise DamagedEntry("it was truncated while it was read")
    found = hashlib.sha256(seed)
    found.update(content)
    if found.digest() != digest:
        raise DamagedEntry("its content does not match the digest in its header")
    return content.toreadonly()


class _HashingSink:
    """A file object that counts and hashes the bytes written through it."""

    closed = False

    def __init__(self, target: BinaryIO, seed: bytes) -> None:
        self._digest = hashlib.sha256(seed)
        self._target = target
        self._size = 0

    def write(self, data: bytes) -> int:
        """Write the data."""
        self._digest.update(data)
        self._size += len(data)
        return self._target.write(data)

    def tell(self) -> int:
        """Return the number of bytes written so far."""
        return self._size

    def digest(self) -> bytes:
        """Return the SHA-256 of the seed and of the bytes written so far."""
        return self._digest.digest()

    def flush(self) -> None:
        """Do nothing: the target is flushed once, at the end."""
