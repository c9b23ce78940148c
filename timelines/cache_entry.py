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
from typing import TYPE_CHECKING

import numpy as np

from timelines.arrow_file import read_arrow, write_arrow
from timelines.packed import SLOW_ARRAYS, Packed, packed, timeline_of, unpacked

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from timelines.packed import Decoded
    from timelines.results import OnTimeline

_MAGIC = b"MLE\x93raw\n"
# Magic, key, sizes of the two payloads in bytes, SHA-256 of each together with the key and its position.
_HEADER = struct.Struct("<8s32sQQ32s32s")


class DamagedEntry(Exception):  # noqa: N818 - not an error of the caller, who decodes the raw file instead
    """The file is not the entry that was written under its key; the message says how it differs."""


def write_entry(decoded: Decoded, file: Path, key: bytes) -> None:
    """Write the entry and flush it to the disk.

    Args:
        decoded: The decoded raw file.
        file: The entry.
        key: 32 bytes that identify the raw file and its version.

    Raises:
        OSError: The file cannot be written; a partial file remains.
    """
    parts = packed(decoded)
    fast = {name: array for name, array in parts.arrays.items() if name not in SLOW_ARRAYS}
    slow = {name: array for name, array in parts.arrays.items() if name in SLOW_ARRAYS}
    payloads = write_arrow(Packed(facts=parts.facts, arrays=fast)), write_arrow(Packed(facts=b"", arrays=slow))
    digests = [_digest(key, position, memoryview(payload)) for position, payload in enumerate(payloads)]
    with file.open("wb") as target:
        target.write(_HEADER.pack(_MAGIC, key, *(payload.size for payload in payloads), *digests))
        for payload in payloads:
            target.write(payload)
        target.flush()
        os.fsync(target.fileno())


def read_entry(file: Path, key: bytes, *, on_timeline: OnTimeline = None) -> Decoded:
    """Read an entry that was written under `key`, and check all of it.

    Calls `on_timeline` with the timeline of a results file once that is checked, before the rest is read.

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

        def payload(position: int) -> Packed:
            content = _read(source, sizes[position])
            if _digest(key, position, content) != digests[position]:
                raise DamagedEntry("its content does not match the digest in its header")
            return read_arrow(content)

        fast = payload(0)
        timeline = timeline_of(fast)
        if timeline is not None and on_timeline is not None:
            on_timeline(timeline)
        slow = payload(1)
    return unpacked(Packed(facts=fast.facts, arrays={**fast.arrays, **slow.arrays}))


def _read(source: FileIO, size: int) -> memoryview:
    content = np.empty(size, np.uint8).data  # a bytearray would be zeroed first
    filled = 0
    while filled < size and (count := source.readinto(content[filled:])):
        filled += count
    if filled < size:
        raise DamagedEntry("it was truncated while it was read")
    return content.toreadonly()


def _digest(key: bytes, position: int, content: memoryview) -> bytes:
    digest = hashlib.sha256(key + bytes([position]))
    digest.update(content)
    return digest.digest()
