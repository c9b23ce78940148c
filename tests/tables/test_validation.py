"""The door: every defect of a run table is one clear error, and what merely looks different comes in."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import DatasetError
from tables.catalogue import COLUMNS
from tables.ids import run_ids
from tables.validation import read_run_table, validated
from tests.drawn_datasets import Cells, arrow_table

if TYPE_CHECKING:
    from pathlib import Path


def with_column(cells: Cells, name: str, column: pa.Array[Any]) -> pa.Table:
    """Return the sound table with one column replaced."""
    table = arrow_table("llm", cells)
    return table.set_column(table.column_names.index(name), name, column)


def refusal(table: pa.Table, path: Path) -> DatasetError:
    """Write a table, and return the error that refuses it."""
    pq.write_table(table, path)
    with pytest.raises(DatasetError) as caught:
        read_run_table(path, "llm")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


floats = pa.float64()
DEFECTS: dict[str, tuple[str, pa.Array[Any], int | None, str]] = {
    "text for a number": ("energy_per_token_joules", pa.array(["1"] * 6), None, "has type string, expected double"),
    "a number for text": ("nickname", pa.array([1] * 6), None, "has type int64, expected string"),
    "a number for a yes or no": ("is_stable", pa.array([1] * 6), None, "has type int64, expected bool"),
    "a list": ("num_gpus", pa.array([[1]] * 6), None, "has type list"),
    "null where a value is required": ("num_gpus", pa.array([1, 2, 3, None, 5, None]), 3, "is empty"),
    "no value at all where one is required": ("gpu_model", pa.nulls(6), 0, "is empty"),
    "NaN where a number is required": ("total_params_billions", pa.array([1.0, math.nan] * 3), 1, "is empty"),
    "infinity where a number is required": ("total_params_billions", pa.array([1.0, 1, math.inf] * 2), 2, "is empty"),
    "NaN where a whole number is required": ("num_gpus", pa.array([1.0, math.nan] * 3), 1, "is empty"),
    "a fraction for a whole number": ("num_gpus", pa.array([1, 2, 2.5, 4, math.nan, 0.5], floats), 2, "is 2.5"),
    "infinity for a whole number": ("seed", pa.array([1, 2, 2, -math.inf, math.nan, 0.5], floats), 3, "is -inf"),
    "more than 32 bits": ("seed", pa.array([0, None, 2**31 - 1, -(2**31), 2**31, 0]), 4, "is 2147483648"),
    "less than 32 bits": ("seed", pa.array([0, None, 0, -(2**31) - 1, 2**31, 0]), 3, "is -2147483649"),
    "more than 32 bits as a double": ("seed", pa.array([0, math.nan, 0, 2.0**31, 0, 0], floats), 3, "is 2147483648"),
    "more than 64 bits as a double": ("seed", pa.array([0, math.nan, 1e300, 0, 0, 0], floats), 2, "is 1e+300"),
    "more than 63 bits unsigned": (
        "seed",
        pa.array([0, 2**64 - 1, 0, 0, 0, 0], pa.uint64()),
        1,
        "18446744073709551615",
    ),
    "the other table's domain": ("domain", pa.array(["llm", "llm", "diffusion"] * 2), 2, "is 'diffusion'"),
    "a path twice": ("results_path", pa.array(["a", None, "b", None, "b", "a"]), 4, "repeats 'b'"),
    "text that is not UTF-8": (
        "nickname",
        pa.array([b"a", b"b", b"c", b"\xff\xfe", b"d", b"e"], pa.binary()).view(pa.string()),
        3,
        "UTF-8",
    ),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_named_with_file_column_and_row(defect: str, sample_cells: Cells, tmp_path: Path) -> None:
    """One line says which file, which column, the first bad row if a cell is to blame, and what was expected."""
    column, array, row, reason = DEFECTS[defect]
    error = refusal(with_column(sample_cells, column, array), tmp_path / "llm.parquet")
    assert error.column == column
    assert error.row == row
    assert f"column {column}" in str(error)
    assert reason in str(error)
    if row is not None:
        assert f"row {row}:" in str(error)


def test_a_missing_column_is_named(sample_cells: Cells, tmp_path: Path) -> None:
    """Every column of the catalogue must be there."""
    table = arrow_table("llm", sample_cells)
    for column in COLUMNS["llm"]:
        error = refusal(table.drop_columns(column.name), tmp_path / "llm.parquet")
        assert (error.column, error.row) == (column.name, None)
        assert "missing" in str(error)


def test_a_column_that_stands_twice_is_named(sample_cells: Cells, tmp_path: Path) -> None:
    """Which of the two is meant cannot be known."""
    table = arrow_table("llm", sample_cells)
    error = refusal(table.append_column("seed", pa.nulls(6)), tmp_path / "llm.parquet")
    assert error.column == "seed"
    assert "more than once" in str(error)


def test_an_empty_table_is_refused(sample_cells: Cells, tmp_path: Path) -> None:
    """A dataset without runs is a mistake of whoever wrote it."""
    assert "no rows" in str(refusal(arrow_table("llm", sample_cells).slice(0, 0), tmp_path / "llm.parquet"))


def test_the_other_table_in_place_of_this_one_is_refused(sample_cells: Cells, tmp_path: Path) -> None:
    """Files that were swapped do not go unnoticed."""
    pq.write_table(arrow_table("llm", sample_cells), tmp_path / "diffusion.parquet")
    with pytest.raises(DatasetError, match=r"diffusion\.parquet, column"):
        read_run_table(tmp_path / "diffusion.parquet", "diffusion")


@pytest.mark.parametrize("length", [0, 3, 4, 11, 200, -1, -8])
def test_a_file_that_was_cut_is_refused(length: int, sample_cells: Cells, tmp_path: Path) -> None:
    """Wherever it was cut: the error names the file."""
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    pq.write_table(arrow_table("llm", sample_cells), whole)
    cut.write_bytes(whole.read_bytes()[:length])
    with pytest.raises(DatasetError, match=r"cut\.parquet: not a readable Parquet file"):
        read_run_table(cut, "llm")


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    """A login page saved in place of the file, a directory, no file: one error each that names it."""
    (tmp_path / "page.parquet").write_text("<html>Please log in</html>")
    (tmp_path / "directory.parquet").mkdir()
    for name in ("page.parquet", "directory.parquet", "nothing.parquet"):
        with pytest.raises(DatasetError, match=name):
            read_run_table(tmp_path / name, "llm")


def test_a_column_name_that_is_no_text_is_refused(sample_cells: Cells, tmp_path: Path) -> None:
    """A Unicode error to pyarrow, a file that cannot be read to whoever has it."""
    pq.write_table(arrow_table("llm", sample_cells), tmp_path / "llm.parquet", store_schema=False)
    whole = (tmp_path / "llm.parquet").read_bytes()
    (tmp_path / "llm.parquet").write_bytes(whole.replace(b"weight_precision", b"weight_precisio\xff"))
    with pytest.raises(DatasetError, match=r"llm\.parquet: not a readable Parquet file"):
        read_run_table(tmp_path / "llm.parquet", "llm")


def test_columns_come_in_whatever_carries_them(sample_cells: Cells) -> None:
    """Dictionary and large text, integers as doubles with NaN, columns of type null: the cells are the same."""
    table = arrow_table("llm", sample_cells)
    for name, carried in {
        "nickname": table["nickname"].cast(pa.large_string()),
        "gpu_model": table["gpu_model"].dictionary_encode(),
        "task": table["task"].cast(pa.large_string()).dictionary_encode(),
        "seed": pa.array([math.nan, None, 1.0, 1.0, math.nan, None]),
        "num_gpus": table["num_gpus"].cast(pa.int8()),
        "max_num_seqs": table["max_num_seqs"].cast(pa.float32()),
        "energy_per_token_joules": table["energy_per_token_joules"].cast(pa.float32()),
        "prometheus_path": pa.nulls(6),
        "avg_batch_size": pa.nulls(6),
    }.items():
        table = table.set_column(table.column_names.index(name), name, carried)
    sample_cells["prometheus_path"] = sample_cells["avg_batch_size"] = [None] * 6
    columns = validated(table, "llm", file="carried")
    assert {name: array.to_pylist() for name, array in columns.items()} == sample_cells
    assert columns["seed"].type == pa.int64()
    assert columns["prometheus_path"].type == pa.string()


def test_a_figure_that_is_none_becomes_null(sample_cells: Cells) -> None:
    """NaN is how pandas writes a missing number, and JSON has no infinity: both are null behind the door."""
    figures = pa.array([math.nan, 1.5, math.inf, -math.inf, None, -0.0])
    columns = validated(with_column(sample_cells, "p99_itl_ms", figures), "llm", file="figures")
    assert columns["p99_itl_ms"].to_pylist() == [None, 1.5, None, None, None, 0.0]


def test_columns_that_nobody_knows_are_kept(sample_cells: Cells) -> None:
    """A later version of the dataset may have more columns; they stand behind the known ones, as they are."""
    extra = arrow_table("llm", sample_cells).add_column(0, "humidity", pa.array([[1], None, [2, 3], [], None, [4]]))
    columns = validated(extra, "llm", file="extra")
    assert list(columns) == [*(column.name for column in COLUMNS["llm"]), "humidity"]
    assert columns["humidity"].to_pylist() == [[1], None, [2, 3], [], None, [4]]


@pytest.fixture(scope="session")
def sound_file(tmp_path_factory: pytest.TempPathFactory, sample: Any) -> bytes:  # noqa: ANN401 - the sample's Dataset
    """A sound Parquet file, in the ways that pandas writes one."""
    runs = sample.runs["llm"].columns
    table = pa.table({column.name: runs[column.name] for column in COLUMNS["llm"]}).slice(0, 20)
    path = tmp_path_factory.mktemp("sound") / "llm.parquet"
    pq.write_table(table, path, row_group_size=10)
    return path.read_bytes()


@given(data=st.data())
def test_bytes_that_changed_are_read_or_refused(
    data: st.DataObject, sound_file: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever a disk or a network does to a file, the outcome is a dataset or one error that names the file."""
    broken = bytearray(sound_file)
    places = st.integers(0, len(broken) - 1) | st.integers(max(0, len(broken) - 6_000), len(broken) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        broken[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "mutated.parquet"
    path.write_bytes(broken)
    try:
        columns = read_run_table(path, "llm")
    except DatasetError as error:
        assert str(path) in str(error)  # noqa: PT017 - either outcome is right
        return
    assert len(run_ids("llm", COLUMNS["llm"], columns)) == len(columns["domain"])
