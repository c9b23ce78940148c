"""Damaged copies of raw files in the disk cache and the timeline store never give a wrong number."""

from __future__ import annotations

import os
import resource
import time
from typing import TYPE_CHECKING

import httpx
import structlog

from application import raw_loader
from sample import open_sample
from settings import read_settings
from tests.damaged_bytes import DAMAGES, cases_of
from tests.timelines.timeline_samples import START, FakeRawFiles, as_bytes, results_file, same
from tests.web.observed_server import observed_server
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.store import StoreAbout, TimelineStore, stored_name

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_damaged_cache_entry_is_replaced() -> None:
    """Of 200 damaged entries, each is reported once and replaced, and every number equals the raw file's."""
    cases = cases_of("timelines.read_damaged_cache", 200)
    assert sum(cases.values()) == 200
    assert set(cases) == {*DAMAGES, "cut in use", "cut while read"}


def test_a_damaged_cache_entry_is_logged_as_a_warning(tmp_path: Path) -> None:
    """The response is unchanged; the log names the raw file, and no path on the machine."""
    cache = tmp_path / "cache"
    query = {"query": "{ llmRuns(first: 1) { nodes { resultsPath timeline { value } } } }"}
    with observed_server(tmp_path, "--raw-cache", str(cache)) as server:
        before = httpx.post(f"{server.address}/graphql", json=query).json()
        entry = _only_entry(cache)  # written after the answer
    content = bytearray(entry.read_bytes())
    content[len(content) // 2] ^= 1
    entry.write_bytes(content)
    with observed_server(tmp_path, "--raw-cache", str(cache)) as server:
        assert httpx.post(f"{server.address}/graphql", json=query).json() == before
        [line] = [line for line in server.lines() if line["event"] == "raw_cache_damaged"]
    assert line["level"] == "warning"
    assert line["path"] == before["data"]["llmRuns"]["nodes"][0]["resultsPath"]
    assert "digest" in line["reason"]
    assert str(tmp_path) not in str(line)


def test_a_damaged_store_file_falls_back_to_the_raw_file() -> None:
    """Of 64 damaged files, each is reported; the numbers are the raw file's, or without it the error has a code."""
    cases = cases_of("timelines.read_damaged_store", 64)
    assert {cases[damage] for damage in DAMAGES} == {8}
    assert cases["right"] + cases["refused"] == 64
    assert min(cases["right"], cases["refused"]) > 20


def test_a_damaged_store_file_is_logged_as_a_warning(tmp_path: Path) -> None:
    """The log names the raw file, which is read instead."""
    dataset = open_sample()
    path = dataset.raw_paths()[0]
    store = TimelineStore(str(tmp_path))
    store.begin(StoreAbout(dataset=dataset.provenance.name, revision=dataset.provenance.revision))
    store.put(Loader(dataset.raw).load(path), version="1")
    file = tmp_path / stored_name(path)
    file.write_bytes(file.read_bytes()[:-1])
    settings = read_settings({"timeline_store": str(tmp_path), "raw_cache_mib": "0"})
    with structlog.testing.capture_logs() as lines:
        raw_loader(settings, dataset).load(path)
    assert [(line["event"], line["log_level"], line["path"]) for line in lines] == [
        ("timeline_store_damaged", "warning", path),
        ("raw_file_loading", "info", path),
        ("raw_file_loaded", "info", path),
    ]


def _only_entry(cache: Path) -> Path:
    deadline = time.monotonic() + 20
    while not (entries := list(cache.glob("*.arrow"))):
        assert time.monotonic() < deadline, "no entry was written"
        time.sleep(0.02)
    [entry] = entries
    return entry


def test_an_entry_is_flushed_before_it_is_renamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut, an entry under its final name has its content."""
    decoded = Loader(FakeRawFiles({"a": as_bytes(results_file({"0": [[START, 1.0]]}))})).load("a")
    flushed: list[tuple[int, list[str]]] = []
    monkeypatch.setattr(
        os, "fsync", lambda fd: flushed.append((os.fstat(fd).st_size, [file.suffix for file in tmp_path.iterdir()]))
    )
    DiskCache(tmp_path, max_bytes=2**20).put(decoded, "a")
    [entry] = tmp_path.iterdir()
    assert flushed == [(entry.stat().st_size, [".part"])]


def test_a_failed_write_leaves_no_entry(tmp_path: Path) -> None:
    """A write that fails half-way leaves neither an entry nor a temporary file; the file is decoded anyway."""
    raw = FakeRawFiles({"a": as_bytes(results_file({"0": [[START + at, 1.0] for at in range(1000)]}))})
    loader = Loader(raw, disk=DiskCache(tmp_path, max_bytes=2**20))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, limits[1]))
    try:
        decoded = loader.load("a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []
    assert same(loader.load("a"), decoded)
    assert len(list(tmp_path.iterdir())) == 1
