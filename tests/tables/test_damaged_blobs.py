"""Files of a Hub cache are checked against the digest in their blob's name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import httpx
import pytest

from sample import write_sample
from tables.blob_digest import DamagedBlob, read_blob
from tables.hub import HubSettings
from tables.hub_dataset import open_hub_dataset
from tests.damaged_bytes import DAMAGES, cases_of
from tests.loopback_dataset import COMMIT, REPO
from tests.loopback_hub import LoopbackHub
from tests.server_process import run_server
from tests.web.observed_server import observed_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = b'{"value": 399.8}\n'


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackHub]:
    """A Hub that serves a small dataset."""
    directory = tmp_path_factory.mktemp("hub") / "dataset"
    write_sample(directory, runs=8, seed=1)
    with LoopbackHub(directory, commit=COMMIT) as running:
        yield running


@pytest.fixture
def environment(hub: LoopbackHub, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a server over that Hub with its own caches; faults are removed afterwards."""
    caches = {"HF_HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home" / "cache")}
    yield {"HF_ENDPOINT": hub.url, "HF_TOKEN": "hf_x", "NO_PROXY": "127.0.0.1", **caches}
    hub.heal()


def _cached(hub: LoopbackHub, tmp_path: Path, *, raw: bool = False) -> tuple[str, Path]:
    """Download the dataset to the cache; return the path and the blob of a table or of a raw file."""
    settings = HubSettings(repo=REPO, cache_dir=tmp_path / "home" / "hub", timeout_seconds=10, endpoint=hub.url)
    dataset = open_hub_dataset(settings)
    path: str = "runs/llm.parquet"
    if raw:
        path = dataset.runs["llm"].columns["results_path"][0].as_py()
        dataset.raw.read(path)
    [snapshot] = (tmp_path / "home" / "hub").glob(f"*/snapshots/{COMMIT}")
    return path, (snapshot / path).resolve()


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_a_damaged_blob_is_downloaded_again_or_an_error() -> None:
    """None of 72 damaged tables and raw files is served; the error names the file and both digests."""
    cases = cases_of("tables.read_damaged_blobs", 72)
    assert {cases[state] for state in ("up", "down", "damaging")} == {24}
    assert {cases[damage] for damage in DAMAGES} == {9}


def test_a_damaged_table_that_cannot_be_replaced_ends_the_start(
    hub: LoopbackHub, environment: dict[str, str], tmp_path: Path
) -> None:
    """The start ends with one line and exit code 2; when the Hub is back, it downloads the table and serves it."""
    path, blob = _cached(hub, tmp_path)
    content = blob.read_bytes()
    _flip(blob)
    hub.fail("unavailable")
    done = run_server("serve", "--source", "hub", "--port", "0", environment=environment)
    found = hashlib.sha256(blob.read_bytes()).hexdigest()
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert f"file {path}" in line
    assert f"its cached copy is damaged: its digest is {found}, expected {blob.name}" in line
    hub.heal()
    with observed_server(tmp_path, "--source", "hub", environment=environment) as server:
        answer = httpx.post(f"{server.address}/graphql", json={"query": "{ dataset { revision staleBecause } }"})
    assert answer.json()["data"]["dataset"] == {"revision": COMMIT, "staleBecause": None}
    assert blob.read_bytes() == content


def test_a_damaged_raw_file_that_cannot_be_replaced_is_an_error_on_its_field(
    hub: LoopbackHub, environment: dict[str, str], tmp_path: Path
) -> None:
    """The error is RAW_DATA_UNAVAILABLE and contains no local path; the rest of the response is complete."""
    path, blob = _cached(hub, tmp_path, raw=True)
    _flip(blob)
    query = (
        """{ llmRuns(stability: ANY, where: {resultsPath: {eq: "%s"}}) { nodes { nickname timeline { value } } } }"""
    )
    with observed_server(tmp_path, "--source", "hub", environment=environment) as server:
        hub.fail("unavailable")
        answer = httpx.post(f"{server.address}/graphql", json={"query": query % path}).json()
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "RAW_DATA_UNAVAILABLE"
    assert "its cached copy is damaged" in error["message"]
    assert str(tmp_path) not in error["message"]
    [node] = answer["data"]["llmRuns"]["nodes"]
    assert node["nickname"]
    assert node["timeline"] is None


def _linked(folder: Path, name: str) -> Path:
    """Write CONTENT to a cache, as a blob of this name, and return the link to it."""
    blob = folder / "blobs" / name
    blob.parent.mkdir()
    blob.write_bytes(CONTENT)
    file = folder / "snapshots" / COMMIT / "file.json"
    file.parent.mkdir(parents=True)
    file.symlink_to(f"../../blobs/{name}")
    return file


@pytest.mark.parametrize(
    "name",
    [
        hashlib.sha256(CONTENT).hexdigest(),  # large files
        hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT, usedforsecurity=False).hexdigest(),  # files in git
        hashlib.sha1(CONTENT, usedforsecurity=False).hexdigest(),  # files of a mirror without git
    ],
)
def test_content_is_compared_with_the_digest_in_the_blob_name(tmp_path: Path, name: str) -> None:
    """Each kind of digest is recognized."""
    file = _linked(tmp_path, name)
    assert read_blob(file) == CONTENT
    _flip(file)
    with pytest.raises(DamagedBlob, match=f"expected {name}"):
        read_blob(file)


def test_a_file_without_a_known_digest_is_read(tmp_path: Path) -> None:
    """A plain file, as on systems without links, and a blob that a mirror named otherwise."""
    (tmp_path / "copy.json").write_bytes(CONTENT)
    assert read_blob(tmp_path / "copy.json") == CONTENT
    assert read_blob(_linked(tmp_path, "5f3c-632a")) == CONTENT
