"""The timeline store."""

from __future__ import annotations

import resource
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from errors import DatasetError, RawDataUnavailable
from tests.timelines.timeline_samples import FakeRawFiles, same
from timelines.loader import Loader
from timelines.store import StoreAbout, TimelineStore, open_store, without_tokens
from timelines.stored_file import SCHEMA, arrays_of, rows_of

if TYPE_CHECKING:
    from pathlib import Path

    from timelines.packed import Decoded

    Made = list[tuple[str, Decoded]]

import pyarrow as pa
import pyarrow.parquet as pq

ABOUT = StoreAbout(dataset="d", revision="r")


def test_a_stored_file_equals_the_decoded_file_without_tokens(tmp_path: Path, files: Made) -> None:
    """Read from Parquet, the file is equal to the last bit, except for the inter-token latencies."""
    store = TimelineStore(str(tmp_path))
    for path, decoded in files:
        assert store.put(decoded, version="7") > 0
        stored = store.get(path)
        assert stored is not None
        assert same(stored, without_tokens(decoded))
        assert store.version(path) == "7"
    assert store.get("another") is None
    assert store.version("another") is None


@given(
    hnp.arrays(np.float64, st.integers(0, 20), elements=st.floats(allow_nan=True, width=64))
    | st.lists(st.decimals(-(10**6), 10**6, places=3).map(float), max_size=20).map(np.array)
    | st.lists(st.integers(0, 10**16).map(lambda micro: micro / 1e6), max_size=20).map(np.array)
)
@example(np.array([-0.0]))
def test_any_series_is_stored_exactly(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    """Decimals are stored as whole numbers, other values as they are; every bit is preserved."""
    values = values.astype(np.float64)
    series = np.column_stack([values, values[::-1]])
    rows = list(rows_of({"power/0": series, "itl": values}))
    found = arrays_of(pa.Table.from_pylist(rows, schema=SCHEMA))
    assert found["power/0"].tobytes() == series.tobytes()
    assert found["itl"].tobytes() == values.tobytes()


def test_a_wrong_store_address_is_an_error(tmp_path: Path) -> None:
    """Another revision, no store, an unknown file system: one line that names the value and what is allowed."""
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


def test_a_stored_file_is_a_valid_parquet_file(tmp_path: Path, files: Made) -> None:
    """Other readers ignore the digest before the footer; a file without it is refused."""
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


def test_an_unreadable_store_file_hides_the_local_path(tmp_path: Path) -> None:
    """The error has the file system's reason, without Arrow's message."""
    (tmp_path / "a.parquet").mkdir()
    with pytest.raises(RawDataUnavailable) as caught:
        TimelineStore(str(tmp_path)).get("a.json")
    assert "its copy in the timeline store cannot be read: " in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_a_store_of_an_older_format_is_refused(tmp_path: Path) -> None:
    """Its files have no digest; the error says how to make the store again, in `serve` and in `ingest`."""
    (tmp_path / "store.json").write_text('{"dataset": "d", "revision": "r", "format": 1}')
    reason = r"has format 1; allowed: \d+; delete it, or choose another address, and make it again with: python server"
    with pytest.raises(DatasetError, match=reason):
        open_store(str(tmp_path), dataset="d", revision="r")
    with pytest.raises(DatasetError, match=reason):
        TimelineStore(str(tmp_path)).begin(ABOUT)


def test_a_failed_store_write_leaves_no_file(tmp_path: Path, files: Made) -> None:
    """A write that fails half-way leaves no temporary file, and `put` raises the reason."""
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


def test_a_damaged_store_file_is_unavailable(tmp_path: Path, files: Made) -> None:
    """It has no version, so that `ingest` replaces it."""
    path, decoded = files[0]
    store = TimelineStore(str(tmp_path))
    store.put(decoded, version="1")
    [file] = [file for file in tmp_path.rglob("*") if file.is_file()]
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(RawDataUnavailable, match="its copy in the timeline store is damaged"):
        store.get(path)
    assert store.version(path) is None


def test_an_edition_stands_for_the_content_of_a_finished_store(tmp_path: Path, files: Made) -> None:
    """A store has none while files are written; afterwards it has another one, and the same if none was written."""
    store = TimelineStore(str(tmp_path / "store"))

    def edition() -> str:
        return open_store(store.address, dataset="d", revision="r").edition

    store.begin(ABOUT)
    assert edition() == ""
    store.finish()
    first = edition()
    store.begin(ABOUT)
    store.finish()
    assert edition() == first != ""
    store.mark_unfinished()
    store.put(files[0][1], version="1")
    assert edition() == ""
    store.begin(ABOUT)  # after a crash
    assert edition() == ""
    store.finish()
    assert edition() not in {"", first}


def test_only_files_of_a_finished_store_or_a_commit_are_not_replaceable(tmp_path: Path, files: Made) -> None:
    """A file of a directory is, and so is one that the store does not have or has without an edition."""
    (path, decoded), (other, _) = files[:2]
    raw = FakeRawFiles({other: b"{}"})
    store = TimelineStore(str(tmp_path / "store"))
    store.begin(ABOUT)
    store.put(decoded, version="1")

    def replaceable(*, immutable: bool = False) -> set[str]:
        raw.immutable = immutable
        loader = Loader(raw, store=open_store(store.address, dataset="d", revision="r"))
        loader.load(path)
        loader.load(other)
        return loader.replaceable

    assert replaceable() == {path, other}
    store.finish()
    assert replaceable() == {other}
    assert replaceable(immutable=True) == set()
