"""The disk cache of decoded files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from errors import RawDataUnavailable
from sample import open_sample
from tables.directory import DirectoryRawFiles
from tables.file_bytes import LARGE
from tests.timelines.timeline_samples import START, FakeRawFiles, as_bytes, results_file, same
from timelines.cache_entry import DamagedEntry
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.packed import Packed, packed, unpacked
from timelines.prometheus import decode_server
from timelines.results import decode_results
from timelines.store import StoreAbout, without_tokens

if TYPE_CHECKING:
    from pathlib import Path

    from timelines.packed import Decoded

    Made = list[tuple[str, Decoded]]


ABOUT = StoreAbout(dataset="d", revision="r")


def test_a_cached_file_equals_the_decoded_file(tmp_path: Path, files: Made) -> None:
    """Read by another cache, as by another process, the file is equal to the last bit."""
    cache = DiskCache(tmp_path, max_bytes=2**30)
    for path, decoded in files:
        cache.put(decoded, path)
        cached = DiskCache(tmp_path, max_bytes=2**30).get(path)
        assert cached is not None
        assert same(cached, decoded)
        assert cached.nbytes == decoded.nbytes
    assert cache.get("another") is None


def test_nbytes_is_the_memory_of_a_cached_file(tmp_path: Path, files: Made) -> None:
    """The arrays are views of the payloads, which contain little else: at most 1 KiB per array, and the facts."""
    for number, (path, decoded) in enumerate(files):
        cache = DiskCache(tmp_path / str(number), max_bytes=2**30)
        cache.put(decoded, path)
        cached = cache.get(path)
        assert cached is not None
        [entry] = (tmp_path / str(number)).iterdir()
        parts = packed(cached)
        assert cached.nbytes == sum(array.nbytes for array in parts.arrays.values())
        # Arrow states the facts twice: at the start and in the footer.
        assert entry.stat().st_size <= cached.nbytes + 1024 * (len(parts.arrays) + 2) + 2 * len(parts.facts)


def test_the_disk_cache_evicts_the_least_recently_used_entries(tmp_path: Path, files: Made) -> None:
    """With room for some files, the entries not used for longest are deleted."""
    path, decoded = files[0]
    one = _size(tmp_path / "one", decoded)
    cache = DiskCache(tmp_path / "cache", max_bytes=3 * one + one // 2)
    for turn in range(6):
        cache.put(decoded, path, f"{turn}")
        assert cache.get(path, "0") is not None  # used each time, so that it stays
    assert [turn for turn in range(6) if cache.get(path, f"{turn}")] == [0, 4, 5]
    assert sum(file.stat().st_size for file in (tmp_path / "cache").iterdir()) <= 3 * one + one // 2


def _size(directory: Path, decoded: Decoded) -> int:
    DiskCache(directory, max_bytes=2**30).put(decoded, "x")
    [file] = directory.iterdir()
    return file.stat().st_size


@pytest.mark.parametrize("damage", [b"", b"ARROW1", b"\0" * 5000])
def test_a_damaged_entry_is_reported_and_deleted(tmp_path: Path, files: Made, damage: bytes) -> None:
    """The next reader finds no entry."""
    path, decoded = files[0]
    cache = DiskCache(tmp_path, max_bytes=2**30)
    cache.put(decoded, path)
    [file] = tmp_path.iterdir()
    file.write_bytes(damage)
    with pytest.raises(DamagedEntry):
        cache.get(path)
    assert not file.exists()
    assert cache.get(path) is None


def test_an_unwritable_directory_caches_nothing(tmp_path: Path, files: Made) -> None:
    """Writing to it is not an error."""
    (tmp_path / "file").write_text("")
    path, decoded = files[0]
    cache = DiskCache(tmp_path / "file" / "below", max_bytes=2**30)
    cache.put(decoded, path)
    with pytest.raises(DamagedEntry, match="cannot be read: Not a directory"):
        cache.get(path)


def test_a_cached_file_is_not_read_until_it_changes(tmp_path: Path) -> None:
    """After a restart the file is not read again; with another revision or other content, it is."""
    first = as_bytes(results_file({"0": [[START, 1.0]]}))
    raw = FakeRawFiles({"a": first})

    def loader(revision: str, files: FakeRawFiles) -> Loader:
        return Loader(files, revision=revision, disk=DiskCache(tmp_path, max_bytes=2**20))

    once = loader("r", raw).load("a")
    assert same(loader("r", raw).load("a"), once)
    assert raw.reads == ["a"]
    loader("another", raw).load("a")
    assert raw.reads == ["a", "a"]
    changed = FakeRawFiles({"a": as_bytes(results_file({"0": [[START, 12345.0]]}))})
    assert not same(loader("r", changed).load("a"), once)
    assert changed.reads == ["a"]


def test_a_truncated_file_is_not_cached(tmp_path: Path) -> None:
    """It is read again each time."""
    raw = FakeRawFiles({"a": as_bytes(results_file({"0": [[START, 1.0]]}))[:-5]})
    loader = Loader(raw, disk=DiskCache(tmp_path / "cache", max_bytes=2**20))
    for _ in range(2):
        with pytest.raises(RawDataUnavailable, match="truncated"):
            loader.load("a")
    assert raw.reads == ["a", "a"]
    assert not (tmp_path / "cache").exists()


def test_incomplete_parts_are_refused() -> None:
    """Truncated facts, and facts without their arrays."""
    decoded = decode_results(as_bytes(results_file({"0": [[START, 1.0]]})), path="a")
    parts = packed(decoded)
    with pytest.raises(ValueError, match="truncated"):
        unpacked(Packed(facts=parts.facts[:-1], arrays=parts.arrays))
    with pytest.raises(KeyError):
        unpacked(Packed(facts=packed(without_tokens(decoded)).facts, arrays={}))


def test_decoded_files_do_not_depend_on_the_reused_buffer(tmp_path: Path) -> None:
    """Files decoded one after another from one buffer equal those decoded from bytes of their own."""
    sample = open_sample()
    paths = sample.raw_paths()[::40]
    for number, path in enumerate(paths):
        (tmp_path / str(number)).mkdir()
        padded = bytes(sample.raw.read(path)).rstrip() + b" " * LARGE  # into the room
        (tmp_path / str(number) / path.rpartition("/")[2]).write_bytes(padded)
    loader = Loader(DirectoryRawFiles(tmp_path))
    names = [f"{number}/{path.rpartition('/')[2]}" for number, path in enumerate(paths)]
    decoded = [loader.load(name) for name in names]
    assert len(decoded) > 10
    for name, each in zip(names, decoded, strict=True):
        alone = (tmp_path / name).read_bytes()
        decode = decode_server if name.endswith("prometheus.json") else decode_results
        assert same(each, decode(alone, path=name))
