"""Forms of a column that are accepted: other types, nulls in other notations, decimals and unknown columns."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from tables.catalogue import ColumnType
from tables.run_kinds import RUN_KINDS
from tables.validation import validated
from tests.drawn_datasets import arrow_table, read_run_table
from tests.tables.table_edits import replace_column

if TYPE_CHECKING:
    from pathlib import Path

    from tables.dataset import Dataset
    from tests.drawn_datasets import Cells


def test_other_types_with_the_same_values_are_accepted(sample_cells: Cells) -> None:
    """Dictionaries, large strings, integers as doubles with NaN, and columns of type null have the same cells."""
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
        table = replace_column(table, name, carried)
    sample_cells["prometheus_path"] = sample_cells["avg_batch_size"] = [None] * 6
    columns = validated(table, RUN_KINDS["llm"], file="carried")
    assert {name: array.to_pylist() for name, array in columns.items() if name != "id"} == sample_cells
    assert (columns["seed"].type, columns["max_num_seqs"].type) == (pa.float64(), pa.int64())
    assert columns["prometheus_path"].type == pa.string()


def test_nan_and_infinity_become_null(sample_cells: Cells) -> None:
    """Pandas writes a null as NaN, and JSON cannot represent infinity."""
    figures = pa.array([math.nan, 1.5, math.inf, -math.inf, None, -0.0])
    table = replace_column(arrow_table("llm", sample_cells), "p99_itl_ms", figures)
    columns = validated(table, RUN_KINDS["llm"], file="figures")
    assert columns["p99_itl_ms"].to_pylist() == [None, 1.5, None, None, None, 0.0]


def test_unknown_columns_are_dropped(sample_cells: Cells, tmp_path: Path) -> None:
    """Independent of their names and types, and also if they are repeated."""
    table = arrow_table("llm", sample_cells)
    unknown = {
        "id": pa.array(["same"] * 6),
        "base_nickname": pa.array([None, 1, 2, 3, 4, 5]),
        "parallelism": pa.array([b"\xff"] * 6),
        "humidity": pa.array([[1], None, [2, 3], [], None, [4]]),
        "seed.x": pa.array([{"deep": 1}] * 6),
        "__index_level_0__": pa.array(range(6)),
    }
    for name, array in (*unknown.items(), ("humidity", pa.nulls(6))):
        table = table.add_column(0, name, array)
    pq.write_table(table, tmp_path / "llm.parquet")
    columns = read_run_table(tmp_path / "llm.parquet", "llm")
    assert {name: array.to_pylist() for name, array in columns.items() if name != "id"} == sample_cells


def test_a_seed_of_more_than_32_bits_is_exact(sample_cells: Cells) -> None:
    """Seeds that numpy and torch generate are loaded exactly."""
    seeds = [0, None, 2**31, 2**32 - 1, -1, 2**53 - 1]
    for carried in (pa.array(seeds), pa.array(seeds, pa.decimal128(20, 0)), pa.array(seeds, pa.float64())):
        table = replace_column(arrow_table("llm", sample_cells), "seed", carried)
        columns = validated(table, RUN_KINDS["llm"], file="seeds")
        assert columns["seed"].to_pylist() == seeds


def test_an_empty_path_becomes_null(sample_cells: Cells) -> None:
    """CSV files and some exports write a missing path as empty text."""
    table = arrow_table("llm", sample_cells)
    table = replace_column(table, "results_path", pa.array(["", "a", "", None, "b", ""]))
    table = replace_column(table, "prometheus_path", pa.array([""] * 6))
    columns = validated(table, RUN_KINDS["llm"], file="paths")
    assert columns["results_path"].to_pylist() == [None, "a", None, None, "b", None]
    assert columns["prometheus_path"].to_pylist() == [None] * 6
    assert columns["unstable_reason"].to_pylist() == sample_cells["unstable_reason"]


@given(
    cells=st.lists(st.none() | st.decimals(-(10**9), 10**9, places=6), min_size=6, max_size=6),
    carrier=st.sampled_from((pa.decimal128(18, 6), pa.decimal256(40, 12), pa.decimal64(18, 6))),
)
def test_a_decimal_becomes_the_nearest_float(cells: list[Decimal | None], carrier: pa.DataType) -> None:
    """The result equals `float(Decimal)`; Arrow's own cast often differs in the last bit."""
    sample: Cells = {
        column.name: ["a"] * 6 if column.type is ColumnType.STRING else [1] * 6 for column in RUN_KINDS["llm"].columns
    }
    sample |= {"domain": ["llm"] * 6, "results_path": [None] * 6, "is_stable": [True] * 6}
    table = replace_column(arrow_table("llm", sample), "energy_per_token_joules", pa.array(cells, carrier))
    columns = validated(table, RUN_KINDS["llm"], file="decimals")
    assert columns["energy_per_token_joules"].to_pylist() == [None if cell is None else float(cell) for cell in cells]


def test_the_published_figures_as_decimals_are_equal(real: Dataset) -> None:
    """Every published figure, written as a decimal, is loaded exactly; integers remain integers."""
    runs = real.runs["diffusion"].columns
    table = pa.table({column.name: runs[column.name] for column in RUN_KINDS["diffusion"].columns})
    expected: dict[str, list[Any]] = {name: table[name].to_pylist() for name in table.column_names}
    for column in RUN_KINDS["diffusion"].columns:
        if column.type in {ColumnType.FLOAT, ColumnType.INT}:
            texts = [None if cell is None else Decimal(repr(cell)) for cell in expected[column.name]]
            table = replace_column(table, column.name, pa.array(texts, pa.decimal128(38, 20)))
    columns = validated(table, RUN_KINDS["diffusion"], file="decimals")
    assert {name: array.to_pylist() for name, array in columns.items() if name != "id"} == expected
