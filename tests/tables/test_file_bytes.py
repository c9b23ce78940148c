"""A whole file in memory: byte for byte, whatever its size, and refused if it changes under the reader."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from errors import RawDataUnavailable
from tables.directory import DirectoryRawFiles
from tables.file_bytes import LARGE, Rooms, read_file
from timelines.results_text import top_level

if TYPE_CHECKING:
    from pathlib import Path


SIZES = [0, 1, LARGE - 1, LARGE, LARGE + 1, 3 * LARGE]


def _content(size: int) -> bytes:
    return np.random.default_rng(size).bytes(size)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("with_room", [False, True])
def test_all_bytes_are_read(tmp_path: Path, size: int, with_room: bool) -> None:  # noqa: FBT001 - drawn by pytest
    """A small file, one at the bound, and larger ones, into memory of their own or a room's."""
    (tmp_path / "file").write_bytes(_content(size))
    with Rooms().lend() as room:
        read = read_file(tmp_path / "file", room if with_room else None)
        assert len(read) == size
        assert read == _content(size)
        assert memoryview(read).readonly


@pytest.mark.parametrize("max_bytes", [0, 2 * LARGE, 2**30])
def test_one_after_another_in_a_room(tmp_path: Path, max_bytes: int) -> None:
    """Larger, smaller and equal files follow each other, and none has a byte of the one before."""
    rooms = Rooms(max_bytes)
    for size in [*SIZES, *reversed(SIZES), *SIZES]:
        (tmp_path / "file").write_bytes(_content(size))
        with rooms.lend() as room:
            assert read_file(tmp_path / "file", room) == _content(size)


def test_rooms_lent_at_once_are_apart(tmp_path: Path) -> None:
    """Who borrows while the kept one is away gets another."""
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode() * LARGE)
    rooms = Rooms()
    for _ in range(2):
        with rooms.lend() as one, rooms.lend() as other:
            first, second = read_file(tmp_path / "a", one), read_file(tmp_path / "b", other)
            assert first == b"a" * LARGE
            assert second == b"b" * LARGE


def _changing(path: Path, change: bytes | int) -> Path:
    """Return a path whose file grows by bytes, or is cut to a size, once its size is known."""

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
        def open(self, _mode: str, buffering: int) -> File:  # noqa: ARG002 -- as a path opens
            return File(path)

    return cast("Path", Changing())


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """Its first part alone would be another file."""
    (tmp_path / "file").write_bytes(bytes(LARGE))
    with Rooms().lend() as room, pytest.raises(OSError, match="the file grew while it was read"):
        read_file(_changing(tmp_path / "file", b"more"), room)


def test_a_file_that_is_cut_while_it_is_read_ends_there(tmp_path: Path) -> None:
    """No zeros are made up for what is gone; a decoder then says that the file is cut."""
    (tmp_path / "file").write_bytes(b"x" * LARGE)
    with Rooms().lend() as room:
        assert read_file(_changing(tmp_path / "file", 1000), room) == b"x" * 1000


@pytest.mark.parametrize("end", [b'"}', b""])
def test_a_large_file_with_words_that_json_lacks(tmp_path: Path, end: bytes) -> None:
    """NaN is found in a room as it is in bytes; a file that is cut is named."""
    (tmp_path / "results.json").write_bytes(b'{"latency": NaN, "text": "' + b"NaN " * LARGE + end)
    with Rooms().lend() as room:
        raw = DirectoryRawFiles(tmp_path).read("results.json", room=room)
        assert isinstance(raw, memoryview)
        if end:
            # A number out of range: whoever reads the figure counts it as missing.
            assert bytes(top_level(raw, path="results.json")["latency"]) == b"1e999"
            return
        with pytest.raises(RawDataUnavailable, match=r"results\.json: Input data was truncated"):
            top_level(raw, path="results.json")
