"""Run ids: unique, URL-safe, and independent of the order of rows and of the writer of the file."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from tables.ids import run_ids
from tables.run_kinds import RUN_KINDS
from tables.validation import validated
from tests.drawn_datasets import Cells, arrow_table, cells_of, read_run_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


tables: st.SearchStrategy[tuple[str, Cells]] = st.sampled_from(list(RUN_KINDS)).flatmap(
    lambda kind: st.tuples(st.just(kind), cells_of(kind))
)


def ids_of(kind: str, cells: Cells) -> list[str]:
    """Return the ids of a table's rows."""
    ids: list[str] = run_ids(
        RUN_KINDS[kind], validated(arrow_table(kind, cells), RUN_KINDS[kind], file="drawn")
    ).to_pylist()
    return ids


def rows_with_ids(kind: str, cells: Cells) -> list[tuple[str, ...]]:
    """Return each row's id and cells, sorted independently of the table's order."""
    rows = zip(*(map(repr, cells[column.name]) for column in RUN_KINDS[kind].columns), strict=True)
    return sorted((run_id, *row) for run_id, row in zip(ids_of(kind, cells), rows, strict=True))


@given(table=tables)
def test_ids_are_unique_and_url_safe(table: tuple[str, Cells]) -> None:
    """Runs that are equal in every column have different ids, and no id needs escaping in a URL."""
    ids = ids_of(*table)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z2-7]{24}", run_id) for run_id in ids)


@given(table=tables, data=st.data())
def test_the_order_of_rows_does_not_matter(table: tuple[str, Cells], data: st.DataObject) -> None:
    """Shuffled rows have the same ids; equal rows have the same set of ids."""
    kind, cells = table
    order = data.draw(st.permutations(range(len(cells["domain"]))))
    shuffled = {name: [column[row] for row in order] for name, column in cells.items()}
    assert rows_with_ids(kind, shuffled) == rows_with_ids(kind, cells)


@given(table=tables, data=st.data())
def test_the_id_of_a_run_with_a_path_depends_only_on_the_path(table: tuple[str, Cells], data: st.DataObject) -> None:
    """A run that is measured again has the same id."""
    kind, cells = table
    other = deepcopy(data.draw(cells_of(kind, max_rows=1)))
    changed = {name: column * len(cells["domain"]) for name, column in other.items()}
    changed["results_path"] = [f"{kind}/{row}" for row in range(len(cells["domain"]))]
    named = {**cells, "results_path": changed["results_path"]}
    assert ids_of(kind, changed) == ids_of(kind, named)


def test_the_same_path_in_both_tables_has_two_ids() -> None:
    """The id depends on the table, so a lookup in the wrong table finds nothing."""
    ids = {
        kind: run_ids(RUN_KINDS[kind], {"results_path": pa.array(["a/results.json"])}).to_pylist() for kind in RUN_KINDS
    }
    assert ids["llm"] != ids["diffusion"]


def rewritten(table: pa.Table, path: Path, **options: Any) -> list[str]:  # noqa: ANN401 - pyarrow's options
    """Write a table to a file, read it and return the ids."""
    pq.write_table(table, path, **options)
    ids: list[str] = run_ids(RUN_KINDS["llm"], read_run_table(path, "llm")).to_pylist()
    return ids


def each_column(table: pa.Table, kind: pa.DataType, change: Callable[[Any], Any]) -> pa.Table:
    """Return the table with a function applied to every column of one type."""
    columns = zip(table.column_names, table.columns, strict=True)
    return pa.table({name: change(column) if column.type == kind else column for name, column in columns})


def test_the_writer_of_the_file_does_not_matter(sample_cells: Cells, tmp_path: Path) -> None:
    """Row groups, compression, dictionaries, large strings and integers as doubles do not change ids."""
    table = arrow_table("llm", sample_cells).drop_columns("results_path")
    table = table.append_column("results_path", pa.nulls(table.num_rows))
    as_pandas = each_column(table, pa.int64(), lambda column: column.cast(pa.float64()))
    large = each_column(table, pa.string(), lambda column: column.cast(pa.large_string()))
    encoded = each_column(table, pa.string(), lambda column: column.dictionary_encode())
    ids = rewritten(table, tmp_path / "plain.parquet")
    assert rewritten(table, tmp_path / "a.parquet", row_group_size=1, compression="zstd") == ids
    assert rewritten(as_pandas, tmp_path / "b.parquet", use_dictionary=False) == ids
    assert rewritten(large, tmp_path / "c.parquet", version="1.0") == ids
    assert rewritten(encoded, tmp_path / "d.parquet", row_group_size=2) == ids
