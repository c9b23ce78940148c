"""A run table in several Parquet files, as written by pandas, Spark and DuckDB, against the result of pandas."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from errors import DatasetError
from sample import write_sample
from tables.directory import open_directory
from tables.run_kinds import RUN_KINDS
from tests.drawn_datasets import read_run_table
from tests.tables.table_edits import replace_column

if TYPE_CHECKING:
    from pathlib import Path

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123\n"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset with one file per table."""
    root = tmp_path_factory.mktemp("dataset") / "whole"
    write_sample(root, runs=60, seed=1)
    return root


@pytest.fixture
def root(written: Path, tmp_path: Path) -> Path:
    """A copy of its tables."""
    shutil.copytree(written / "runs", tmp_path / "dataset" / "runs")
    return tmp_path / "dataset"


@pytest.fixture
def file(root: Path) -> Path:
    """Its LLM table."""
    return root / "runs" / "llm.parquet"


def replaced_by_directory(file: Path) -> pd.DataFrame:
    """Read a table as a data frame and delete the file, so that a directory can have its name."""
    frame = pd.read_parquet(file)
    file.unlink()
    return frame


def cells(columns: dict[str, pa.Array[Any]]) -> dict[str, list[Any]]:
    """Return the cells as Python values."""
    return {name: array.to_pylist() for name, array in columns.items()}


@pytest.mark.parametrize(
    "keys",
    [["task"], ["model_id"], ["num_gpus", "gpu_model"], ["is_stable", "total_params_billions"], ["seed", "nickname"]],
)
def test_hive_partitions_are_columns(keys: list[str], written: Path, file: Path) -> None:
    """Rows and their order are those of `pandas.read_parquet`, for partition columns of every type."""
    whole = read_run_table(written / "runs" / "llm.parquet", "llm")
    replaced_by_directory(file).to_parquet(file, partition_cols=keys, index=False)
    read = read_run_table(file, "llm")
    assert {name: array.type for name, array in read.items()} == {name: array.type for name, array in whole.items()}
    order = pd.read_parquet(file)["results_path"].tolist()
    place = {path: row for row, path in enumerate(whole["results_path"].to_pylist())}
    assert cells(read) == cells({name: array.take([place[path] for path in order]) for name, array in whole.items()})


def test_parts_are_read_by_name_and_may_differ_in_their_types(written: Path, file: Path) -> None:
    """Parts with nulls, dictionaries, large strings or without rows; files that are not parts are ignored."""
    whole = read_run_table(written / "runs" / "llm.parquet", "llm")
    table = pq.read_table(file)
    file.unlink()
    file.mkdir()
    first, second, third = table.slice(0, 10), table.slice(10, 10), table.slice(20)
    for name in ("task", "nickname"):
        second = replace_column(second, name, second[name].cast("large_string"))
        third = replace_column(third, name, third[name].dictionary_encode())
    third = third.append_column("later", pa.nulls(len(third)))
    pq.write_table(replace_column(first, "prometheus_path", pa.nulls(10)), file / "a")
    pq.write_table(second.drop_columns("seed"), file / "b.parquet")
    pq.write_table(third, file / "c.parquet")
    pq.write_table(table.slice(0, 0).select([]), file / "d.parquet")
    for name in ("_SUCCESS", ".c.parquet.crc", "_temporary/part.parquet", "d/.tmp/part"):
        (file / name).parent.mkdir(parents=True, exist_ok=True)
        (file / name).write_text("not Parquet")
    read, expected = cells(read_run_table(file, "llm")), cells(whole)
    expected["prometheus_path"][:10] = [None] * 10
    expected["seed"][10:20] = [None] * 10
    assert read == expected


def test_unknown_and_null_partitions(file: Path) -> None:
    """An unknown partition is ignored and noted, like a column; Hive's notation of null is a null."""
    frame = replaced_by_directory(file)
    frame["site"] = [("here", "there")[row % 2] for row in range(len(frame))]
    frame.loc[0, "num_request_repeats"] = None
    frame.to_parquet(file, partition_cols=["site", "num_request_repeats"], index=False)
    dataset = open_directory(file.parents[1])
    assert dataset.notes == ("runs/llm.parquet: ignored columns that are not in the catalogue: site",)
    assert dataset.runs["llm"].num_rows == len(frame)
    nulls = int(frame["num_request_repeats"].isna().sum())
    assert dataset.runs["llm"].columns["num_request_repeats"].null_count == nulls > 0


def test_an_error_names_the_part(file: Path) -> None:
    """The error names the part's file and the row in it, for cells, partitions, repeated paths and unreadable files."""
    frame = replaced_by_directory(file)
    paths = frame["results_path"].copy()
    first, second = frame.iloc[:10].copy(), frame.iloc[10:20].copy()
    defects: dict[str, Any] = {
        "column num_gpus, row 3": lambda: second.assign(num_gpus=[1, 1, 1, 1.5, 1, 1, 1, 1, 1, 1]),
        "column task: the column is missing": lambda: second.drop(columns="task"),
        "column results_path, row 4: the cell repeats": lambda: second.assign(
            results_path=[*paths[10:14], paths[2], *paths[15:20]]
        ),
    }
    for reason, broken in defects.items():
        shutil.rmtree(file, ignore_errors=True)
        file.mkdir()
        first.to_parquet(file / "a.parquet", index=False)
        broken().to_parquet(file / "b.parquet", index=False)
        with pytest.raises(DatasetError, match=f"^file {file}/b.parquet, {reason}"):
            read_run_table(file, "llm")
    (file / "b.parquet").write_text("not Parquet")
    with pytest.raises(DatasetError, match=f"^file {file}/b.parquet: not a readable Parquet file"):
        read_run_table(file, "llm")
    (file / "b.parquet").unlink()
    for directory, problem in (
        ("num_gpus=many", "the directory's name has the value 'many', expected type int"),
        ("task=gpqa", "the column occurs more than once"),
    ):
        (file / directory).mkdir()
        second.drop(columns="num_gpus").to_parquet(file / directory / "b.parquet", index=False)
        with pytest.raises(DatasetError, match=f"^file {file}/{directory}/b.parquet, column .*: {problem}"):
            read_run_table(file, "llm")
        shutil.rmtree(file / directory)


def test_the_revision_depends_on_all_parts(file: Path) -> None:
    """The names of directories contain cells, so other names are another revision."""
    replaced_by_directory(file).to_parquet(file, partition_cols=["gpu_model"], index=False)
    first = open_directory(file.parents[1])
    assert open_directory(file.parents[1]).provenance.revision == first.provenance.revision
    (file / "gpu_model=H100").rename(file / "gpu_model=H200")
    second = open_directory(file.parents[1])
    assert second.gpus.columns["model"].to_pylist() == [
        "B200",
        "H100",
        "H200",
    ]  # diffusion runs have the H100
    assert second.provenance.revision != first.provenance.revision


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_a_git_lfs_pointer_in_place_of_a_table_is_an_error(root: Path, kind: str) -> None:
    """The error names the command to run, for a table and for a part of one."""
    file = root / "runs" / f"{kind}.parquet"
    file.write_bytes(POINTER)
    problem = "a Git LFS pointer in place of the file; run `git lfs pull`"
    with pytest.raises(DatasetError, match=f"^file {file}: {problem}"):
        open_directory(root)
    file.unlink()
    file.mkdir()
    (file / "part-0.parquet").write_bytes(POINTER)
    with pytest.raises(DatasetError, match=f"^file {file}/part-0.parquet: {problem}"):
        open_directory(root)


def test_an_empty_directory_has_no_runs(file: Path) -> None:
    """An empty data frame with partitions is written by pandas as an empty directory."""
    file.unlink()
    file.mkdir()
    names = ["id", *(column.name for column in RUN_KINDS["llm"].columns)]
    assert {name: len(array) for name, array in read_run_table(file, "llm").items()} == dict.fromkeys(names, 0)
