"""A dataset in a directory: what it is called, what is missing, and raw files that never lead out of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from errors import DatasetError, RawDataUnavailable
from tables.dataset import RUN_KINDS
from tables.directory import DirectoryRawFiles, open_directory
from tests.drawn_datasets import arrow_table

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with a raw file, a directory, links inside and out, and a file beside it."""
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "root-beside").mkdir()
    (tmp_path / "root-beside" / "secret.txt").write_text("secret")
    root = tmp_path / "root"
    (root / "llm").mkdir(parents=True)
    (root / "llm" / "results.json").write_bytes(b'{"run": 1}')
    (root / "llm" / "again.json").symlink_to("results.json")
    (root / "llm" / "out.json").symlink_to(tmp_path / "secret.txt")
    (root / "llm" / "loop.json").symlink_to("loop.json")
    (root / "away").symlink_to(tmp_path)
    os.mkfifo(root / "llm" / "pipe.json")
    return root


@pytest.mark.parametrize(
    "path", ["llm/results.json", "llm/../llm/results.json", "llm/again.json", "./llm//results.json"]
)
def test_a_file_inside_the_root_is_read(root: Path, path: str) -> None:
    """By whatever way, links included, as long as it ends inside."""
    assert DirectoryRawFiles(root).read(path) == b'{"run": 1}'


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd",
        "../secret.txt",
        "../root-beside/secret.txt",
        "/etc/passwd",
        "llm\\..\\..\\secret.txt",
        "llm\\results.json",
        "llm/results.json\0.txt",
        "\0",
        "llm/out.json",
        "llm/loop.json",
        "away/secret.txt",
        "away/root/../secret.txt",
        "llm",
        "",
        ".",
        "llm/nothing.json",
        "llm/pipe.json",
        "llm/results.json/below",
        "llm/" + "x" * 300,
    ],
)
def test_any_other_path_is_refused_by_name(root: Path, path: str) -> None:
    """Out of the root, by dots, an absolute path, a backslash or a link; a directory; nothing: one error names it."""
    with pytest.raises(RawDataUnavailable) as caught:
        DirectoryRawFiles(root).read(path)
    assert repr(path) in str(caught.value)
    assert caught.value.extensions == {"code": "RAW_DATA_UNAVAILABLE", "path": path}
    assert str(root.parent) not in str(caught.value)


def test_a_root_that_is_a_link_is_followed(root: Path, tmp_path: Path) -> None:
    """The directory that was asked for may itself be a link; what is inside it is inside."""
    (tmp_path / "link").symlink_to(root)
    assert DirectoryRawFiles(tmp_path / "link").read("llm/results.json") == b'{"run": 1}'


@pytest.fixture
def dataset_root(tmp_path: Path, sample: Dataset) -> Path:
    """A directory with the sample's tables."""
    (tmp_path / "my-runs" / "runs").mkdir(parents=True)
    for kind in RUN_KINDS:
        cells = {name: column.to_pylist() for name, column in sample.runs[kind].columns.items()}
        pq.write_table(arrow_table(kind, cells), tmp_path / "my-runs" / "runs" / f"{kind}.parquet")
    return tmp_path / "my-runs"


def test_a_directory_is_a_dataset(dataset_root: Path, sample: Dataset) -> None:
    """It is called as the directory is, holds the files' runs, and knows those of the sample for made up."""
    dataset = open_directory(dataset_root)
    assert dataset.provenance.name == "my-runs"
    assert dataset.provenance.synthetic
    assert [dataset.runs[kind].num_rows for kind in RUN_KINDS] == [sample.runs[kind].num_rows for kind in RUN_KINDS]


def test_its_revision_is_that_of_the_files(dataset_root: Path) -> None:
    """The same bytes have the same revision; another file has another."""
    revision = open_directory(dataset_root).provenance.revision
    assert open_directory(dataset_root).provenance.revision == revision
    file = dataset_root / "runs" / "llm.parquet"
    pq.write_table(pq.read_table(file), file, compression="none")
    assert open_directory(dataset_root).provenance.revision != revision


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_a_file_that_is_missing_is_named(dataset_root: Path, kind: str) -> None:
    """Both tables must be there."""
    (dataset_root / "runs" / f"{kind}.parquet").unlink()
    with pytest.raises(DatasetError, match=rf"{kind}\.parquet: there is no such file"):
        open_directory(dataset_root)


def test_a_directory_that_is_none_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere, or to a file, is refused with what is allowed."""
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        with pytest.raises(DatasetError, match=f"{name}' is no directory; allowed: auto, sample, hub"):
            open_directory(tmp_path / name)
