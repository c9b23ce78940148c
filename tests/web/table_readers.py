"""Reads tables of the server with the libraries of notebooks."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Columns = dict[str, list[Any]]


def _of_arrow(table: pa.Table) -> Columns:
    columns: Columns = table.to_pydict()
    return columns


def _of_pandas(frame: pd.DataFrame) -> Columns:
    return {str(name): [None if pd.isna(cell) else cell for cell in frame[name].tolist()] for name in frame.columns}


def _of_polars(frame: pl.DataFrame) -> Columns:
    return frame.to_dict(as_series=False)


def _of_duckdb(sql: str, path: Path) -> Columns:
    with duckdb.connect() as connection:
        return _of_arrow(connection.sql(sql.format(path=path)).to_arrow_table())


def _arrow_in_duckdb(path: Path) -> Columns:
    with duckdb.connect() as connection:
        connection.register("rows", pa.ipc.open_stream(path.read_bytes()).read_all())
        return _of_arrow(connection.sql("SELECT * FROM rows").to_arrow_table())


# Readers by format and library: each returns the columns of a file.
READERS: dict[tuple[str, str], Callable[[Path], Columns]] = {
    ("arrow", "pyarrow"): lambda path: _of_arrow(pa.ipc.open_stream(path.read_bytes()).read_all()),
    ("arrow", "polars"): lambda path: _of_polars(pl.read_ipc_stream(BytesIO(path.read_bytes()))),
    ("arrow", "pandas"): lambda path: _of_pandas(pa.ipc.open_stream(path.read_bytes()).read_pandas()),
    ("arrow", "duckdb"): _arrow_in_duckdb,
    ("parquet", "pyarrow"): lambda path: _of_arrow(pq.read_table(path)),
    ("parquet", "polars"): lambda path: _of_polars(pl.read_parquet(path)),
    ("parquet", "pandas"): lambda path: _of_pandas(pd.read_parquet(path)),
    ("parquet", "duckdb"): lambda path: _of_duckdb("SELECT * FROM read_parquet('{path}')", path),
    ("csv", "pyarrow"): lambda path: _of_arrow(pa.csv.read_csv(path)),
    ("csv", "polars"): lambda path: _of_polars(pl.read_csv(path, infer_schema_length=None)),
    ("csv", "pandas"): lambda path: _of_pandas(pd.read_csv(path)),
    ("csv", "duckdb"): lambda path: _of_duckdb("SELECT * FROM read_csv('{path}', sample_size=-1)", path),
    ("ndjson", "pyarrow"): lambda path: _of_arrow(pa.json.read_json(path)),
    ("ndjson", "polars"): lambda path: _of_polars(pl.read_ndjson(path, infer_schema_length=None)),
    ("ndjson", "pandas"): lambda path: _of_pandas(pd.read_json(path, lines=True, precise_float=True)),
    ("ndjson", "duckdb"): lambda path: _of_duckdb("SELECT * FROM read_json('{path}', sample_size=-1)", path),
}
