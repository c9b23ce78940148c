"""Whole files in memory: byte for byte at any size, and refused if they grow while they are read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from errors import RawDataUnavailable
from tables.directory import DirectoryRawFiles
from tables.file_bytes import LARGE, BufferPool, read_file
from timelines.results_text import top_level

if TYPE_CHECKING:
    from pathlib import Path


SIZES = [0, 1, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE]


def _content(size: int) -> bytes:
    return np.random.default_rng(size).bytes(size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("with_buffer", [False, True])
def test_all_bytes_are_read(tmp_path: Path, size: int, with_buffer: bool) -> None:  # noqa: FBT001 - drawn by pytest
    """Files below, at and above the limit for buffers are read completely, with and without a buffer."""
    (tmp_path / "file").write_bytes(_content(size))
    with BufferPool().borrow() as buffer:
        read = read_file(tmp_path / "file", buffer if with_buffer else None)
        assert len(read) == size
        assert read == _content(size)
        assert memoryview(read).readonly


@pytest.mark.parametrize("max_bytes", [0, 2 * LARGE, 2**30])
def test_a_reused_buffer_returns_each_file_unchanged(tmp_path: Path, max_bytes: int) -> None:
    """Larger, smaller and equal files follow each other; none contains bytes of the previous one."""
    pool = BufferPool(max_bytes)
    for size in [*SIZES, *reversed(SIZES), *SIZES]:
        (tmp_path / "file").write_bytes(_content(size))
        with pool.borrow() as buffer:
            assert read_file(tmp_path / "file", buffer) == _content(size)


def test_buffers_borrowed_at_the_same_time_are_separate(tmp_path: Path) -> None:
    """A second borrower receives a new buffer while the retained one is in use."""
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode() * LARGE)
    pool = BufferPool()
    for _ in range(2):
        with pool.borrow() as one, pool.borrow() as other:
            first, second = read_file(tmp_path / "a", one), read_file(tmp_path / "b", other)
            assert first == b"a" * LARGE
            assert second == b"b" * LARGE


def _changing(path: Path, change: bytes | int) -> Path:
    """Return a path whose file grows by some bytes, or is truncated to a size, after its size was read."""

    class File(io.FileIO):
        def seek(self, offset: int, whence: int = 0, /) -> int:
            place = super().seek(offset, whence)
            if whence == 0:
                with path.open("r+b") as other:
                    if isinstance(change, int):
                        other.truncate(change)
                    else:
                        other.seek(0, 2)
                        other.write(change)
            return place

    class Changing:
        def open(self, _mode: str, buffering: int) -> File:  # noqa: ARG002 - the signature of Path.open
            return File(path)

    return cast("Path", Changing())


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """Its first part alone is not the file."""
    (tmp_path / "file").write_bytes(bytes(LARGE))
    with BufferPool().borrow() as buffer, pytest.raises(OSError, match="the file grew while it was read"):
        read_file(_changing(tmp_path / "file", b"more"), buffer)


def test_a_file_that_is_truncated_while_it_is_read_ends_there(tmp_path: Path) -> None:
    """The missing bytes are not replaced by zeros, so that a decoder reports the truncation."""
    (tmp_path / "file").write_bytes(b"x" * LARGE)
    with BufferPool().borrow() as buffer:
        assert read_file(_changing(tmp_path / "file", 1000), buffer) == b"x" * 1000


@pytest.mark.parametrize("end", [b'"}', b""])
def test_a_large_file_with_nan_is_read_from_a_buffer(tmp_path: Path, end: bytes) -> None:
    """NaN is found in a buffer as in bytes; the error for a truncated file names it."""
    (tmp_path / "results.json").write_bytes(b'{"latency": NaN, "text": "' + b"NaN " * LARGE + end)
    with BufferPool().borrow() as buffer:
        raw = DirectoryRawFiles(tmp_path).read("results.json", buffer=buffer)
        assert isinstance(raw, memoryview)
        if end:
            # A number out of range, which readers treat as missing.
            assert bytes(top_level(raw, path="results.json")["latency"]) == b"1e999"
            return
        with pytest.raises(RawDataUnavailable, match=r"results\.json: Input data was truncated"):
            top_level(raw, path="results.json")
