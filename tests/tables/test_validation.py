"""Validation of a run table: every defect is one clear error."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from errors import DatasetError
from tables.run_kinds import RUN_KINDS
from tables.validation import validated
from tests.drawn_datasets import arrow_table, read_run_table
from tests.tables.table_edits import replace_column

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset
    from tests.drawn_datasets import Cells

REPEATS = "num_request_repeats"
DEFECTS: dict[str, tuple[str, pa.Array[Any], int | None, str]] = {
    "text for a number": ("energy_per_token_joules", pa.array(["1"] * 6), None, "has type string, expected double"),
    "a number for text": ("nickname", pa.array([1] * 6), None, "has type int64, expected string"),
    "a number for a boolean": ("is_stable", pa.array([1] * 6), None, "has type int64, expected bool"),
    "a list": ("num_gpus", pa.array([[1]] * 6), None, "has type list"),
    "null where a value is required": ("num_gpus", pa.array([1, 2, 3, None, 5, None]), 3, "is null"),
    "a column of nulls where a value is required": ("gpu_model", pa.nulls(6), 0, "is null"),
    "NaN where a number is required": ("total_params_billions", pa.array([1.0, math.nan] * 3), 1, "is null"),
    "infinity where a number is required": ("total_params_billions", pa.array([1.0, 1, math.inf] * 2), 2, "is null"),
    "NaN where a whole number is required": ("num_gpus", pa.array([1.0, math.nan] * 3), 1, "is null"),
    "a fraction for a whole number": ("num_gpus", pa.array([1, 2, 2.5, 4, math.nan, 0.5], pa.float64()), 2, "is 2.5"),
    "infinity for a whole number": ("seed", pa.array([1, 2, 2, -math.inf, math.nan, 0.5], pa.float64()), 3, "is -inf"),
    "more than 32 bits": (REPEATS, pa.array([0, None, 2**31 - 1, -(2**31), 2**31, 0]), 4, "is 2147483648"),
    "less than 32 bits": (REPEATS, pa.array([0, None, 0, -(2**31) - 1, 2**31, 0]), 3, "is -2147483649"),
    "more than 32 bits as a double": (
        REPEATS,
        pa.array([0, math.nan, 0, 2.0**31, 0, 0], pa.float64()),
        3,
        "is 2147483648",
    ),
    "a fraction for a seed": ("seed", pa.array([1, 2, 2, 0.5, math.nan, 0.5], pa.float64()), 3, "is 0.5"),
    "a seed that exceeds 53 bits": ("seed", pa.array([0, None, 2**53 - 1, 2**53, 0, 0]), 3, "to 9007199254740991"),
    "more than 64 bits as a double": ("seed", pa.array([0, math.nan, 1e300, 0, 0, 0], pa.float64()), 2, "is 1e+300"),
    "a decimal with a fraction for a whole number": (
        "num_gpus",
        pa.array([Decimal("1.00"), Decimal("1.50")] * 3, pa.decimal128(5, 2)),
        1,
        "is 1.5",
    ),
    "more than 63 bits unsigned": (
        "seed",
        pa.array([0, 2**64 - 1, 0, 0, 0, 0], pa.uint64()),
        1,
        "is 18446744073709551615",
    ),
    "the other table's domain": ("domain", pa.array(["llm", "llm", "diffusion"] * 2), 2, "is 'diffusion'"),
    "a repeated path": ("results_path", pa.array(["a", None, "b", None, "b", "a"]), 4, "repeats 'b'"),
    "text that is not UTF-8": (
        "nickname",
        pa.array([b"a", b"b", b"c", b"\xff\xfe", b"d", b"e"], pa.binary()).view(pa.string()),
        3,
        "UTF-8",
    ),
}


def refusal(table: pa.Table, path: Path) -> DatasetError:
    """Write a table to a file, and return the error of reading it."""
    pq.write_table(table, path)
    with pytest.raises(DatasetError) as caught:
        read_run_table(path, "llm")
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("defect", DEFECTS)
def test_an_error_names_file_column_and_row(defect: str, sample_cells: Cells, tmp_path: Path) -> None:
    """The error is one line with the file, the column, the first invalid row if any, and the expected value."""
    column, array, row, reason = DEFECTS[defect]
    error = refusal(replace_column(arrow_table("llm", sample_cells), column, array), tmp_path / "llm.parquet")
    assert error.column == column
    assert error.row == row
    assert f"column {column}" in str(error)
    assert reason in str(error)
    if row is not None:
        assert f"row {row}:" in str(error)


def test_a_missing_required_column_is_an_error(sample_cells: Cells, tmp_path: Path) -> None:
    """Every column that is not nullable is required."""
    table = arrow_table("llm", sample_cells)
    for column in RUN_KINDS["llm"].columns:
        if not column.nullable:
            error = refusal(table.drop_columns(column.name), tmp_path / "llm.parquet")
            assert (error.column, error.row) == (column.name, None)
            assert "missing" in str(error)


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_a_missing_nullable_column_is_filled_with_null(kind: str, sample: Dataset) -> None:
    """Each column alone, and all together; older revisions and the toolkit's exports lack some."""
    runs = sample.runs[kind].columns
    table = pa.table({column.name: runs[column.name] for column in RUN_KINDS[kind].columns})
    nullable = [column.name for column in RUN_KINDS[kind].columns if column.nullable]
    for missing in (*([name] for name in nullable), nullable):
        columns = validated(table.drop_columns(missing), RUN_KINDS[kind], file="older")
        assert list(columns) == ["id", *(column.name for column in RUN_KINDS[kind].columns)]
        assert {name: array.null_count for name, array in columns.items() if name in missing} == dict.fromkeys(
            missing, len(table)
        )
        assert {name: array.type for name, array in columns.items()} == {name: runs[name].type for name in columns}


def test_a_repeated_column_is_an_error(sample_cells: Cells, tmp_path: Path) -> None:
    """The error names the column, as either could be the right one."""
    table = arrow_table("llm", sample_cells)
    error = refusal(table.append_column("seed", pa.nulls(6)), tmp_path / "llm.parquet")
    assert error.column == "seed"
    assert "more than once" in str(error)


def test_an_empty_table_has_no_runs(sample_cells: Cells, tmp_path: Path) -> None:
    """The result has the catalogue's columns without rows, independent of the columns in the file."""
    whole = arrow_table("llm", sample_cells)
    pandas = pa.table({"index": pa.nulls(0)}).select([])  # as pandas writes an empty data frame
    for number, table in enumerate((whole.slice(0, 0), pandas, pa.table({"humidity": pa.nulls(0)}))):
        pq.write_table(table, tmp_path / f"{number}.parquet")
        columns = read_run_table(tmp_path / f"{number}.parquet", "llm")
        expected = {"id": pa.string(), **{name: whole[name].type for name in whole.column_names}}
        assert {name: (len(array), array.type) for name, array in columns.items()} == {
            name: (0, kind) for name, kind in expected.items()
        }


def test_a_table_of_the_other_kind_is_refused(sample_cells: Cells, tmp_path: Path) -> None:
    """Swapped files are an error."""
    pq.write_table(arrow_table("llm", sample_cells), tmp_path / "diffusion.parquet")
    with pytest.raises(DatasetError, match=r"diffusion\.parquet, column"):
        read_run_table(tmp_path / "diffusion.parquet", "diffusion")
