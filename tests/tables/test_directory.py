"""A dataset in a directory: name, revision, missing tables, notes, and paths of raw files."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from errors import DatasetError, RawDataUnavailable
from sample import sample_tables
from tables.directory import DirectoryRawFiles, open_directory
from tables.run_kinds import RUN_KINDS
from tests.drawn_datasets import arrow_table
from tests.tables.table_edits import replace_column

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset


@pytest.fixture
def dataset_root(tmp_path: Path, sample: Dataset) -> Path:
    """A directory with the sample's tables."""
    (tmp_path / "my-runs" / "runs").mkdir(parents=True)
    for kind in RUN_KINDS:
        cells = {name: column.to_pylist() for name, column in sample.runs[kind].columns.items()}
        pq.write_table(arrow_table(kind, cells), tmp_path / "my-runs" / "runs" / f"{kind}.parquet")
    return tmp_path / "my-runs"


def test_a_directory_is_opened_as_a_dataset(dataset_root: Path, sample: Dataset) -> None:
    """It has the name of the directory and all runs of its files; the sample's runs are recognized as made up."""
    dataset = open_directory(dataset_root)
    assert dataset.provenance.name == "my-runs"
    assert dataset.provenance.synthetic
    assert [dataset.runs[kind].num_rows for kind in RUN_KINDS] == [sample.runs[kind].num_rows for kind in RUN_KINDS]


def test_the_revision_is_a_digest_of_the_files(dataset_root: Path) -> None:
    """Equal bytes have the same revision, other bytes another."""
    revision = open_directory(dataset_root).provenance.revision
    assert open_directory(dataset_root).provenance.revision == revision
    file = dataset_root / "runs" / "llm.parquet"
    pq.write_table(pq.read_table(file), file, compression="none")
    assert open_directory(dataset_root).provenance.revision != revision


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_a_table_may_be_missing_or_empty(dataset_root: Path, sample: Dataset, kind: str) -> None:
    """The dataset then has runs of the other kind only; a note says so."""
    file = dataset_root / "runs" / f"{kind}.parquet"
    empty = pq.read_table(file).slice(0, 0)
    rest = {other: 0 if other == kind else sample.runs[other].num_rows for other in RUN_KINDS}
    file.unlink()
    missing = open_directory(dataset_root)
    assert missing.notes == (f"runs/{kind}.parquet is missing: the dataset has no {kind} runs",)
    for table in (empty, empty.select([])):
        pq.write_table(table, file)
        dataset = open_directory(dataset_root)
        assert dataset.notes == (f"{file} has no rows: the dataset has no {kind} runs",)
        assert {other: runs.num_rows for other, runs in dataset.runs.items()} == rest
        assert dataset.models.columns["model_id"].equals(missing.models.columns["model_id"])
        assert dataset.provenance.revision != missing.provenance.revision


def test_a_dataset_without_runs_is_an_error(dataset_root: Path) -> None:
    """The error says for each table whether it is missing or empty."""
    files = [dataset_root / "runs" / f"{kind}.parquet" for kind in RUN_KINDS]
    pq.write_table(pq.read_table(files[0]).slice(0, 0), files[0])
    files[1].unlink()
    required = "at least one run of either kind is required"
    with pytest.raises(
        DatasetError, match=rf" has no runs: {files[0]} has no rows and runs/diffusion\.parquet is missing; {required}"
    ):
        open_directory(dataset_root)
    files[0].unlink()
    with pytest.raises(
        DatasetError,
        match=rf"^dataset directory .* has no runs: runs/llm\.parquet is missing and .* is missing; {required}",
    ):
        open_directory(dataset_root)


def test_a_broken_link_is_not_a_missing_table(dataset_root: Path) -> None:
    """A table that was not downloaded is an error, not a dataset without such runs."""
    file = dataset_root / "runs" / "llm.parquet"
    file.unlink()
    file.symlink_to("../.git/annex/objects/llm.parquet")
    with pytest.raises(DatasetError, match=r"llm\.parquet: the target of the link does not exist"):
        open_directory(dataset_root)


def test_unknown_and_missing_columns_are_noted(dataset_root: Path) -> None:
    """One note per table lists their names, abbreviated if there are many."""
    file = dataset_root / "runs" / "llm.parquet"
    table = pq.read_table(file).drop_columns(["seed", "prometheus_path"])
    for name in ("id", "a\nb", *(f"extra_{number}" for number in range(30)), "x" * 1000):
        table = table.append_column(name, pa.nulls(table.num_rows))
    pq.write_table(table, file)
    ignored, missing = open_directory(dataset_root).notes
    names = ", ".join(["id", "'a\\nb'", *(f"extra_{number}" for number in range(18))])
    assert ignored == f"runs/llm.parquet: ignored columns that are not in the catalogue: {names} and 13 more"
    assert missing == "runs/llm.parquet: missing columns, filled with null: seed, prometheus_path"


def test_a_path_that_is_not_a_directory_is_an_error(tmp_path: Path) -> None:
    """The error names the path, missing or a file, and the allowed sources."""
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        with pytest.raises(DatasetError, match=f"{name}' is not a directory; allowed: auto, sample, hub"):
            open_directory(tmp_path / name)


def test_absolute_paths_below_the_root_become_relative(dataset_root: Path, tmp_path: Path, sample: Dataset) -> None:
    """The toolkit writes absolute paths; run ids are those of the relative paths."""
    file = dataset_root / "runs" / "llm.parquet"
    table = pq.read_table(file)
    (tmp_path / "link").symlink_to(dataset_root)
    relative = sample.runs["llm"].columns["results_path"].to_pylist()
    roots = (dataset_root, tmp_path / "link", tmp_path / "elsewhere")
    absolute = [f"{roots[row % 3]}/{path}" for row, path in enumerate(relative)]
    pq.write_table(replace_column(table, "results_path", pa.array(absolute)), file)
    runs = open_directory(tmp_path / "link").runs["llm"].columns
    expected = [absolute[row] if row % 3 == 2 else path for row, path in enumerate(relative)]
    assert runs["results_path"].to_pylist() == expected
    assert runs["id"].to_pylist()[::3] == sample.runs["llm"].columns["id"].to_pylist()[::3]


def test_a_damaged_blob_of_a_cached_snapshot_is_refused(tmp_path: Path) -> None:
    """The path names a commit, so content with another digest is an error, for tables and for raw files."""
    folder = tmp_path / "datasets--org--name"
    root = folder / "snapshots" / ("a" * 40)
    (folder / "blobs").mkdir(parents=True)
    for name, content in (("runs/llm.parquet", _table_bytes()), ("llm/results.json", b"results")):
        blob = folder / "blobs" / hashlib.sha256(content).hexdigest()
        blob.write_bytes(content)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(blob)
    assert open_directory(root).runs["llm"].num_rows
    assert DirectoryRawFiles(root).read("llm/results.json") == b"results"
    for name in ("runs/llm.parquet", "llm/results.json"):
        content = (root / name).read_bytes()
        (root / name).resolve().write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(DatasetError, match=r"llm\.parquet: the file is damaged: its digest is [0-9a-f]{64}, expected"):
        open_directory(root)
    with pytest.raises(RawDataUnavailable, match=r"'llm/results\.json' is damaged: its digest is"):
        DirectoryRawFiles(root).read("llm/results.json")


def _table_bytes() -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(sample_tables()[0], sink)
    return bytes(sink.getvalue())
