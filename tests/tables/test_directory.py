"""A dataset in a directory: what it is called, what is missing, and raw files that never lead out of it."""

from __future__ import annotations

import hashlib
import os
import shutil
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from errors import DatasetError, RawDataUnavailable
from tables.directory import DirectoryRawFiles, open_directory
from tables.run_kinds import RUN_KINDS
from tables.sample import sample_tables
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


def test_an_absolute_path_is_refused_and_not_repeated(root: Path) -> None:
    """Inside the root or not: it is a path of a machine, which answers do not show."""
    for path in (str(root / "llm" / "results.json"), "/etc/passwd", "C:\\runs\\results.json"):
        with pytest.raises(RawDataUnavailable, match=r"^raw file with an absolute path: is not a path") as caught:
            DirectoryRawFiles(root).read(path)
        assert caught.value.extensions == {"code": "RAW_DATA_UNAVAILABLE"}


def test_a_git_lfs_pointer_is_no_raw_file(root: Path) -> None:
    """The error says what to run; a file that only mentions one is read."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123\n"
    (root / "llm" / "results.json").write_bytes(pointer)
    with pytest.raises(
        RawDataUnavailable, match=r"^raw file 'llm/results.json' is a Git LFS pointer .* `git lfs pull`"
    ):
        DirectoryRawFiles(root).read("llm/results.json")
    (root / "llm" / "results.json").write_bytes(b" " + pointer)
    assert DirectoryRawFiles(root).read("llm/results.json") == b" " + pointer


def test_links_lead_where_the_operator_allows(root: Path, tmp_path: Path) -> None:
    """Into that directory, by a link below the root; not elsewhere, and not by dots or an absolute path."""
    (root / "llm" / "beside.json").symlink_to(tmp_path / "root-beside" / "secret.txt")
    with pytest.raises(RawDataUnavailable, match="leads out of the dataset by a link; --allow-links-to allows it"):
        DirectoryRawFiles(root).read("llm/beside.json")
    raw = DirectoryRawFiles(root, allow_links_to=tmp_path / "root-beside")
    assert raw.read("llm/beside.json") == b"secret"
    assert raw.read("away/root-beside/secret.txt") == b"secret"
    for path in ("llm/out.json", "../root-beside/secret.txt", str(tmp_path / "root-beside" / "secret.txt")):
        with pytest.raises(RawDataUnavailable):
            raw.read(path)
    with pytest.raises(DatasetError, match=r"allow-links-to '.*nowhere' is no directory"):
        open_directory(root, allow_links_to=tmp_path / "nowhere")


def test_links_into_the_blobs_of_a_cached_snapshot_are_followed(tmp_path: Path) -> None:
    """Those of exactly that layout: a file's link, from a snapshot of the client's cache, to a digest in `blobs`."""
    folder = tmp_path / "datasets--org--name"
    root = folder / "snapshots" / ("a" * 40)
    (root / "llm").mkdir(parents=True)
    (folder / "blobs").mkdir()
    digest = hashlib.sha256(b"results").hexdigest()
    (folder / "blobs" / digest).write_bytes(b"results")
    (folder / "blobs" / "notes").write_bytes(b"notes")
    (folder / "blobs" / ("c" * 64)).symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (root / "llm" / "results.json").symlink_to(f"../../../blobs/{digest}")
    (root / "llm" / "notes.json").symlink_to("../../../blobs/notes")
    (root / "llm" / "secret.json").symlink_to("../../../blobs/" + "c" * 64)
    (root / "llm" / "out.json").symlink_to(tmp_path / "secret.txt")
    (root / "blobs").symlink_to(folder / "blobs")
    (tmp_path / "link").symlink_to(root)
    for place in (root, tmp_path / "link"):
        raw = DirectoryRawFiles(place)
        assert raw.read("llm/results.json") == b"results"
        for path in (
            "llm/notes.json",
            "llm/secret.json",
            "llm/out.json",
            f"blobs/{digest}",
            f"../../blobs/{digest}",
        ):
            with pytest.raises(RawDataUnavailable):
                raw.read(path)
    for other in ("models--org--name", "datasets--name"):
        (tmp_path / other).mkdir()
        shutil.copytree(folder / "snapshots", tmp_path / other / "snapshots", symlinks=True)
        shutil.copytree(folder / "blobs", tmp_path / other / "blobs", symlinks=True)
        with pytest.raises(RawDataUnavailable, match="leads out of the dataset by a link"):
            DirectoryRawFiles(tmp_path / other / "snapshots" / ("a" * 40)).read("llm/results.json")


def test_a_damaged_blob_of_a_cached_snapshot_is_refused(tmp_path: Path) -> None:
    """The path names a commit: content that has another digest is an error, of a table and of a raw file."""
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


def test_absolute_paths_below_the_root_become_relative(dataset_root: Path, tmp_path: Path, sample: Dataset) -> None:
    """The toolkit's records have such paths; run ids are then those of the relative ones."""
    file = dataset_root / "runs" / "llm.parquet"
    table = pq.read_table(file)
    (tmp_path / "link").symlink_to(dataset_root)
    relative = sample.runs["llm"].columns["results_path"].to_pylist()
    roots = (dataset_root, tmp_path / "link", tmp_path / "elsewhere")
    absolute = [f"{roots[row % 3]}/{path}" for row, path in enumerate(relative)]
    place = table.column_names.index("results_path")
    pq.write_table(table.set_column(place, "results_path", pa.array(absolute)), file)
    runs = open_directory(tmp_path / "link").runs["llm"].columns
    expected = [absolute[row] if row % 3 == 2 else path for row, path in enumerate(relative)]
    assert runs["results_path"].to_pylist() == expected
    assert runs["id"].to_pylist()[::3] == sample.runs["llm"].columns["id"].to_pylist()[::3]


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
def test_a_table_may_be_missing_or_empty(dataset_root: Path, sample: Dataset, kind: str) -> None:
    """The runs of the other kind are the dataset; its notes say what it lacks."""
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


def test_a_dataset_has_at_least_one_run(dataset_root: Path) -> None:
    """Without a table, or with empty ones alone, one line says so of each."""
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
    assert absent == "runs/llm.parquet: missing columns, filled with null: seed, prometheus_path"


def test_a_directory_that_is_none_is_named(tmp_path: Path) -> None:
    """A path that leads nowhere, or to a file, is refused with what is allowed."""
    (tmp_path / "file").touch()
    for name in ("nowhere", "file"):
        with pytest.raises(DatasetError, match=f"{name}' is no directory; allowed: auto, sample, hub"):
            open_directory(tmp_path / name)
