"""What was decoded is kept on disk, in an Arrow cache and in a Parquet store, and comes back to the last bit."""

from __future__ import annotations

import json
import resource
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from errors import DatasetError, RawDataUnavailable
from tables.directory import DirectoryRawFiles
from tables.file_bytes import LARGE
from tables.source import open_sample
from tests.timelines.timeline_samples import START, FakeRawFiles, as_bytes, results_file, same
from timelines.cache_entry import DamagedEntry
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.packed import Packed, packed, unpacked
from timelines.prometheus import decode_server
from timelines.results import decode_results
from timelines.store import StoreAbout, TimelineStore, open_store, without_tokens
from timelines.stored_file import SCHEMA, arrays_of, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from timelines.packed import Decoded

    Made = list[tuple[str, Decoded]]

import pyarrow as pa
import pyarrow.parquet as pq

ABOUT = StoreAbout(dataset="d", revision="r")


@pytest.fixture(scope="module")
def files() -> Made:
    """Raw files of every kind, decoded: of the sample, and a few that are unsound in one part."""
    dataset = open_sample()
    loader = Loader(dataset.raw)
    found: Made = [(path, loader.load(path)) for path in dataset.raw_paths()[::40]]
    unsound = {
        "no-timeline": {"results": [{"success": True, "output_len": 1, "itl": [0.5]}]},
        "no-results": {"timeline": {}},
        "nothing": {},
        "negative-zero": results_file({"3": [[START, -0.0], [START + 1 / 3, 1e-300]], "11": []}),
    }
    found += [(path, decode_results(json.dumps(file).encode(), path=path)) for path, file in unsound.items()]
    return found


def test_a_cached_file_is_the_decoded_one(tmp_path: Path, files: Made) -> None:
    """Read back by another cache, as by another process, everything is the same to the last bit."""
    cache = DiskCache(tmp_path, max_bytes=2**30)
    for path, decoded in files:
        cache.put(decoded, path)
        kept = DiskCache(tmp_path, max_bytes=2**30).get(path)
        assert kept is not None
        assert same(kept, decoded)
        assert kept.nbytes == decoded.nbytes
    assert cache.get("another") is None


def test_a_cached_file_takes_the_memory_that_it_is_counted_with(tmp_path: Path, files: Made) -> None:
    """The arrays are views of the entry's payloads, which hold little else: at most 1 KiB an array, and the facts."""
    for number, (path, decoded) in enumerate(files):
        cache = DiskCache(tmp_path / str(number), max_bytes=2**30)
        cache.put(decoded, path)
        kept = cache.get(path)
        assert kept is not None
        [entry] = (tmp_path / str(number)).iterdir()
        parts = packed(kept)
        assert kept.nbytes == sum(array.nbytes for array in parts.arrays.values())
        # Arrow states the facts twice: at the start and in the footer.
        assert entry.stat().st_size <= kept.nbytes + 1024 * (len(parts.arrays) + 2) + 2 * len(parts.facts)


def test_a_stored_file_is_the_decoded_one_without_its_tokens(tmp_path: Path, files: Made) -> None:
    """From Parquet likewise; the inter-token latencies are left out, and say so."""
    store = TimelineStore(str(tmp_path))
    for path, decoded in files:
        assert store.put(decoded, version="7") > 0
        kept = store.get(path)
        assert kept is not None
        assert same(kept, without_tokens(decoded))
        assert store.version(path) == "7"
    assert store.get("another") is None
    assert store.version("another") is None


@given(
    hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(allow_nan=True, width=64))
    | st.lists(st.decimals(-(10**6), 10**6, places=3).map(float), max_size=20).map(np.array)
    | st.lists(st.integers(0, 10**16).map(lambda micro: micro / 1e6), max_size=20).map(np.array)
)
@example(np.array([-0.0]))
def test_any_series_survives_the_store(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """Decimals as whole numbers, anything else as it is: never another bit."""
    values = values.astype(np.float64)
    series = np.column_stack([values, values[::-1]])
    rows = list(rows_of({"power/0": series, "itl": values}))
    found = arrays_of(pa.Table.from_pylist(rows, schema=SCHEMA))
    assert found["power/0"].tobytes() == series.tobytes()
    assert found["itl"].tobytes() == values.tobytes()


def test_the_cache_is_bounded_and_lets_the_oldest_go(tmp_path: Path, files: Made) -> None:
    """With room for some files, those not used for longest are gone, and their room with them."""
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
def test_a_damaged_cache_file_is_reported_and_deleted(tmp_path: Path, files: Made, damage: bytes) -> None:
    """The next reader finds no entry, and makes it anew."""
    path, decoded = files[0]
    cache = DiskCache(tmp_path, max_bytes=2**30)
    cache.put(decoded, path)
    [file] = tmp_path.iterdir()
    file.write_bytes(damage)
    with pytest.raises(DamagedEntry):
        cache.get(path)
    assert not file.exists()
    assert cache.get(path) is None


def test_a_directory_that_cannot_be_written_keeps_nothing(tmp_path: Path, files: Made) -> None:
    """A cache that cannot be had is no cache, and no error."""
    (tmp_path / "file").write_text("")
    path, decoded = files[0]
    cache = DiskCache(tmp_path / "file" / "below", max_bytes=2**30)
    cache.put(decoded, path)
    with pytest.raises(DamagedEntry, match="cannot be read: Not a directory"):
        cache.get(path)


def test_the_cache_spares_reading_the_raw_file_until_it_changes(tmp_path: Path) -> None:
    """Over a restart the file is not read again; another revision, or other content, is."""
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


def test_nothing_of_an_unsound_file_is_kept(tmp_path: Path) -> None:
    """A file that is cut is read again each time."""
    raw = FakeRawFiles({"a": as_bytes(results_file({"0": [[START, 1.0]]}))[:-5]})
    loader = Loader(raw, disk=DiskCache(tmp_path / "cache", max_bytes=2**20))
    for _ in range(2):
        with pytest.raises(RawDataUnavailable, match="truncated"):
            loader.load("a")
    assert raw.reads == ["a", "a"]
    assert not (tmp_path / "cache").exists()


def test_a_store_says_what_it_holds(tmp_path: Path) -> None:
    """Another revision, no store, or an address of no file system: one line that names it and what is allowed."""
    address = str(tmp_path / "store")
    with pytest.raises(DatasetError, match=r"does not exist; make it with: python server\.py ingest"):
        open_store(address, dataset="d", revision="r")
    TimelineStore(address).begin(ABOUT)
    TimelineStore(address).begin(ABOUT)
    assert open_store(address, dataset="d", revision="r").about() == ABOUT
    with pytest.raises(DatasetError, match="holds d at r, but d at s is served"):
        open_store(address, dataset="d", revision="s")
    with pytest.raises(DatasetError, match="holds d at r, not d at s; choose another address"):
        TimelineStore(address).begin(StoreAbout(dataset="d", revision="s"))
    with pytest.raises(DatasetError, match="allowed: a local path, or an address"):
        TimelineStore("gopher://x/y")


def test_a_stored_file_is_a_parquet_file_for_all_readers(tmp_path: Path, files: Made) -> None:
    """The digest before the footer is in nobody's way."""
    path, decoded = files[0]
    store = TimelineStore(str(tmp_path))
    store.put(decoded, version="7")
    [file] = [file for file in tmp_path.rglob("*") if file.is_file()]
    table = pq.read_table(file)
    assert table.column("series").to_pylist()[0] == "facts"
    assert table.num_rows > 1
    plain = pa.BufferOutputStream()
    pq.write_table(table, plain)
    file.write_bytes(plain.getvalue())
    with pytest.raises(RawDataUnavailable, match="does not match the digest in it"):
        store.get(path)


def test_a_store_file_that_cannot_be_read_names_no_place_on_this_machine(tmp_path: Path) -> None:
    """The file system's reason is told, without Arrow's text."""
    (tmp_path / "a.parquet").mkdir()
    with pytest.raises(RawDataUnavailable) as caught:
        TimelineStore(str(tmp_path)).get("a.json")
    assert "its copy in the timeline store cannot be read: " in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_store_of_an_older_format_is_refused(tmp_path: Path) -> None:
    """Its files carry no digest; the error says how to make it anew, to who serves it and to who goes on with it."""
    (tmp_path / "store.json").write_text('{"dataset": "d", "revision": "r", "format": 1}')
    said = r"has format 1; allowed: \d+; delete it, or choose another address, and make it again with: python server"
    with pytest.raises(DatasetError, match=said):
        open_store(str(tmp_path), dataset="d", revision="r")
    with pytest.raises(DatasetError, match=said):
        TimelineStore(str(tmp_path)).begin(ABOUT)


def test_a_store_file_that_does_not_fit_leaves_nothing(tmp_path: Path, files: Made) -> None:
    """A write that fails half-way leaves no part behind, and `ingest` names the reason."""
    path, decoded = files[0]
    store = TimelineStore(str(tmp_path))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.put(decoded, version="1")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]
    assert store.get(path) is None


def test_a_damaged_store_file_is_an_error_of_that_file(tmp_path: Path, files: Made) -> None:
    """What is kept and cannot be read is not silently something else."""
    path, decoded = files[0]
    store = TimelineStore(str(tmp_path))
    store.put(decoded, version="1")
    [file] = [file for file in tmp_path.rglob("*") if file.is_file()]
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(RawDataUnavailable, match="its copy in the timeline store is damaged"):
        store.get(path)
    assert store.version(path) is None


def test_parts_that_do_not_fit_are_refused() -> None:
    """Facts without their arrays, or of another kind, are no decoded file."""
    decoded = decode_results(as_bytes(results_file({"0": [[START, 1.0]]})), path="a")
    parts = packed(decoded)
    with pytest.raises(ValueError, match="truncated"):
        unpacked(Packed(facts=parts.facts[:-1], arrays=parts.arrays))
    with pytest.raises(KeyError):
        unpacked(Packed(facts=packed(without_tokens(decoded)).facts, arrays={}))


def test_what_is_decoded_does_not_look_at_the_room_afterwards(tmp_path: Path) -> None:
    """Files decoded one after another through one room equal those decoded from bytes of their own, to the end."""
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
