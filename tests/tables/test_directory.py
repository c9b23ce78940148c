"""A dataset in a directory: what it is called, what is missing, and raw files that never lead out of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from errors import DatasetError, RawDataUnavailable
from tables.dataset import RUN_KINDS
from tables.directory import DirectoryRawFiles, open_directory
from tests.drawn_datasets import arrow_table

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset, RunKind


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
def test_a_table_may_be_missing_or_empty(dataset_root: Path, sample: Dataset, kind: RunKind) -> None:
    """The runs of the other kind are the dataset; its notes say what it lacks."""
    file = dataset_root / "runs" / f"{kind}.parquet"
    empty = pq.read_table(file).slice(0, 0)
    rest = {other: 0 if other == kind else sample.runs[other].num_rows for other in RUN_KINDS}
    file.unlink()
    missing = open_directory(dataset_root)
    assert missing.notes == (f"there is no runs/{kind}.parquet, so that the dataset has no {kind} runs",)
    for table in (empty, empty.select([])):
        pq.write_table(table, file)
        dataset = open_directory(dataset_root)
        assert dataset.notes == (f"{file} has no rows, so that the dataset has no {kind} runs",)
        assert {other: runs.num_rows for other, runs in dataset.runs.items()} == rest
        assert dataset.models.columns["model_id"].equals(missing.models.columns["model_id"])
        assert dataset.provenance.revision != missing.provenance.revision


def test_a_dataset_has_at_least_one_run(dataset_root: Path) -> None:
    """Without a table, or with empty ones alone, one line says so of each."""
    files = [dataset_root / "runs" / f"{kind}.parquet" for kind in RUN_KINDS]
    pq.write_table(pq.read_table(files[0]).slice(0, 0), files[0])
    files[1].unlink()
    required = "at least one run of either kind is required"
    with pytest.raises(
        DatasetError, match=rf"^no runs: {files[0]} has no rows and there is no runs/diff.*; {required}"
    ):
        open_directory(dataset_root)
    files[0].unlink()
    with pytest.raises(DatasetError, match=rf"^no runs: there is no runs/llm\.parquet and there is no.*; {required}"):
        open_directory(dataset_root)


def test_a_link_that_leads_nowhere_is_no_missing_table(dataset_root: Path) -> None:
    """A table whose content was not fetched is an error, not a dataset without such runs."""
    file = dataset_root / "runs" / "llm.parquet"
    file.unlink()
    file.symlink_to("../.git/annex/objects/llm.parquet")
    with pytest.raises(DatasetError, match=r"llm\.parquet: the link leads nowhere"):
        open_directory(dataset_root)


def test_columns_that_are_unknown_or_absent_are_noted(dataset_root: Path) -> None:
    """By name, one line for each table, shortened where there are many."""
    file = dataset_root / "runs" / "llm.parquet"
    table = pq.read_table(file).drop_columns(["seed", "prometheus_path"])
    for name in ("id", "a\nb", *(f"extra_{number}" for number in range(30)), "x" * 1000):
        table = table.append_column(name, pa.nulls(table.num_rows))
    pq.write_table(table, file)
    ignored, absent = open_directory(dataset_root).notes
    names = ", ".join(["id", "'a\\nb'", *(f"extra_{number}" for number in range(18))])
    assert ignored == f"runs/llm.parquet: ignored columns that are not in the catalogue: {names} and 13 more"
    assert absent == "runs/llm.parquet: null, because the columns are absent: seed, prometheus_path"


def test_a_directory_that_is_none_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere, or to a file, is refused with what is allowed."""
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        with pytest.raises(DatasetError, match=f"{name}' is no directory; allowed: auto, sample, hub"):
            open_directory(tmp_path / name)
