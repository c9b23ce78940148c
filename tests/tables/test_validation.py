"""The door: every defect of a run table is one clear error, and what merely looks different comes in."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import DatasetError
from tables.catalogue import ColumnType
from tables.ids import run_ids
from tables.run_kinds import RUN_KINDS
from tables.validation import validated
from tests.drawn_datasets import Cells, arrow_table, read_run_table

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset


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
REPEATS = "num_request_repeats"
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
    "more than 32 bits": (REPEATS, pa.array([0, None, 2**31 - 1, -(2**31), 2**31, 0]), 4, "is 2147483648"),
    "less than 32 bits": (REPEATS, pa.array([0, None, 0, -(2**31) - 1, 2**31, 0]), 3, "is -2147483649"),
    "more than 32 bits as a double": (REPEATS, pa.array([0, math.nan, 0, 2.0**31, 0, 0], floats), 3, "is 2147483648"),
    "a fraction for a seed": ("seed", pa.array([1, 2, 2, 0.5, math.nan, 0.5], floats), 3, "is 0.5"),
    "a seed that a double may not hold": ("seed", pa.array([0, None, 2**53 - 1, 2**53, 0, 0]), 3, "of 53 bits"),
    "more than 64 bits as a double": ("seed", pa.array([0, math.nan, 1e300, 0, 0, 0], floats), 2, "is 1e+300"),
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


def test_a_required_column_that_is_absent_is_named(sample_cells: Cells, tmp_path: Path) -> None:
    """Every column whose cells are required must be there."""
    table = arrow_table("llm", sample_cells)
    for column in RUN_KINDS["llm"].columns:
        if not column.nullable:
            error = refusal(table.drop_columns(column.name), tmp_path / "llm.parquet")
            assert (error.column, error.row) == (column.name, None)
            assert "missing" in str(error)


@pytest.mark.parametrize("kind", RUN_KINDS)
def test_nullable_columns_that_are_absent_are_null(kind: str, sample: Dataset) -> None:
    """Each alone and all together: older revisions and the toolkit's exports lack some."""
    runs = sample.runs[kind].columns
    table = pa.table({column.name: runs[column.name] for column in RUN_KINDS[kind].columns})
    nullable = [column.name for column in RUN_KINDS[kind].columns if column.nullable]
    for absent in (*([name] for name in nullable), nullable):
        columns = validated(table.drop_columns(absent), RUN_KINDS[kind], file="older")
        assert list(columns) == [column.name for column in RUN_KINDS[kind].columns]
        assert {name: array.null_count for name, array in columns.items() if name in absent} == dict.fromkeys(
            absent, len(table)
        )
        assert {name: array.type for name, array in columns.items()} == {
            column.name: runs[column.name].type for column in RUN_KINDS[kind].columns
        }


def test_a_column_that_stands_twice_is_named(sample_cells: Cells, tmp_path: Path) -> None:
    """Which of the two is meant cannot be known."""
    table = arrow_table("llm", sample_cells)
    error = refusal(table.append_column("seed", pa.nulls(6)), tmp_path / "llm.parquet")
    assert error.column == "seed"
    assert "more than once" in str(error)


def test_an_empty_table_is_no_runs(sample_cells: Cells, tmp_path: Path) -> None:
    """Whatever columns it has, it reads as the catalogue's columns without a row."""
    whole = arrow_table("llm", sample_cells)
    pandas = pa.table({"index": pa.nulls(0)}).select([])  # what an empty data frame is written as
    for number, table in enumerate((whole.slice(0, 0), pandas, pa.table({"humidity": pa.nulls(0)}))):
        pq.write_table(table, tmp_path / f"{number}.parquet")
        columns = read_run_table(tmp_path / f"{number}.parquet", "llm")
        assert {name: (len(array), array.type) for name, array in columns.items()} == {
            name: (0, whole[name].type) for name in whole.column_names
        }


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
    """A login page saved in place of the file, no file, a link that leads nowhere: one error each that names it."""
    (tmp_path / "page.parquet").write_text("<html>Please log in</html>")
    (tmp_path / "link.parquet").symlink_to("nowhere")
    for name in ("page.parquet", "nothing.parquet", "link.parquet"):
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
    columns = validated(table, RUN_KINDS["llm"], file="carried")
    assert {name: array.to_pylist() for name, array in columns.items()} == sample_cells
    assert (columns["seed"].type, columns["max_num_seqs"].type) == (pa.float64(), pa.int64())
    assert columns["prometheus_path"].type == pa.string()


def test_a_figure_that_is_none_becomes_null(sample_cells: Cells) -> None:
    """NaN is how pandas writes a missing number, and JSON has no infinity: both are null behind the door."""
    figures = pa.array([math.nan, 1.5, math.inf, -math.inf, None, -0.0])
    columns = validated(with_column(sample_cells, "p99_itl_ms", figures), RUN_KINDS["llm"], file="figures")
    assert columns["p99_itl_ms"].to_pylist() == [None, 1.5, None, None, None, 0.0]


def test_columns_that_the_catalogue_does_not_know_stay_outside(sample_cells: Cells, tmp_path: Path) -> None:
    """Whatever their names, types and repeats: none reaches the columns of the graph."""
    table = arrow_table("llm", sample_cells)
    strangers = {
        "id": pa.array(["same"] * 6),
        "base_nickname": pa.array([None, 1, 2, 3, 4, 5]),
        "parallelism": pa.array([b"\xff"] * 6),
        "humidity": pa.array([[1], None, [2, 3], [], None, [4]]),
        "seed.x": pa.array([{"deep": 1}] * 6),
        "__index_level_0__": pa.array(range(6)),
    }
    for name, array in (*strangers.items(), ("humidity", pa.nulls(6))):
        table = table.add_column(0, name, array)
    pq.write_table(table, tmp_path / "llm.parquet")
    columns = read_run_table(tmp_path / "llm.parquet", "llm")
    assert {name: array.to_pylist() for name, array in columns.items()} == sample_cells


def test_a_seed_has_up_to_32_bits_unsigned(sample_cells: Cells) -> None:
    """What numpy and torch draw as a seed loads, exactly."""
    seeds = [0, None, 2**31, 2**32 - 1, -1, 2**53 - 1]
    for carried in (pa.array(seeds), pa.array(seeds, pa.decimal128(20, 0)), pa.array(seeds, floats)):
        columns = validated(with_column(sample_cells, "seed", carried), RUN_KINDS["llm"], file="seeds")
        assert columns["seed"].to_pylist() == seeds


def test_an_empty_path_is_none(sample_cells: Cells) -> None:
    """An empty text in a path's column is how CSV files and some exports write a missing one."""
    table = with_column(sample_cells, "results_path", pa.array(["", "a", "", None, "b", ""]))
    table = table.set_column(table.column_names.index("prometheus_path"), "prometheus_path", pa.array([""] * 6))
    columns = validated(table, RUN_KINDS["llm"], file="paths")
    assert columns["results_path"].to_pylist() == [None, "a", None, None, "b", None]
    assert columns["prometheus_path"].to_pylist() == [None] * 6
    assert columns["unstable_reason"].to_pylist() == sample_cells["unstable_reason"]


@given(
    cells=st.lists(st.none() | st.decimals(-(10**9), 10**9, places=6), min_size=6, max_size=6),
    carrier=st.sampled_from((pa.decimal128(18, 6), pa.decimal256(40, 12), pa.decimal64(18, 6))),
)
def test_a_decimal_loads_as_the_nearest_float(cells: list[Decimal | None], carrier: pa.DataType) -> None:
    """As `float(Decimal)` has it; Arrow's own cast is off by one in the last place for many."""
    sample: Cells = {
        column.name: ["a"] * 6 if column.type is ColumnType.STRING else [1] * 6 for column in RUN_KINDS["llm"].columns
    }
    sample |= {"domain": ["llm"] * 6, "results_path": [None] * 6, "is_stable": [True] * 6}
    figures = pa.array(cells, carrier)
    columns = validated(with_column(sample, "energy_per_token_joules", figures), RUN_KINDS["llm"], file="decimals")
    assert columns["energy_per_token_joules"].to_pylist() == [None if cell is None else float(cell) for cell in cells]


def test_the_real_figures_as_decimals_load_as_they_are(real: Dataset) -> None:
    """Every published figure, written as a decimal, reads back to the last bit; whole numbers as whole numbers."""
    runs = real.runs["diffusion"].columns
    table = pa.table({column.name: runs[column.name] for column in RUN_KINDS["diffusion"].columns})
    expected: dict[str, list[Any]] = {name: table[name].to_pylist() for name in table.column_names}
    for place, column in enumerate(RUN_KINDS["diffusion"].columns):
        if column.type in {ColumnType.FLOAT, ColumnType.INT}:
            texts = [None if cell is None else Decimal(repr(cell)) for cell in expected[column.name]]
            table = table.set_column(place, column.name, pa.array(texts, pa.decimal128(38, 20)))
    columns = validated(table, RUN_KINDS["diffusion"], file="decimals")
    assert {name: array.to_pylist() for name, array in columns.items()} == expected


@pytest.fixture(scope="session")
def sound_file(tmp_path_factory: pytest.TempPathFactory, sample: Any) -> bytes:  # noqa: ANN401 - the sample's Dataset
    """A sound Parquet file, in the ways that pandas writes one."""
    runs = sample.runs["llm"].columns
    table = pa.table({column.name: runs[column.name] for column in RUN_KINDS["llm"].columns}).slice(0, 20)
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
    assert len(run_ids(RUN_KINDS["llm"], columns)) == len(columns["domain"])
