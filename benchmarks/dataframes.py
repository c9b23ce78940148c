"""The same work in Polars and DuckDB, in process, if they are installed: `pip install polars duckdb`.

`python -m benchmarks.dataframes DIRECTORY` loads the LLM runs of a dataset directory into DuckDB's memory, prints the
first page and ends: what a server over DuckDB would do before its first answer. Not done, which our server does before
it is ready: validation, ids, models, GPUs and tasks with their runs.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Groups = Callable[[], dict[str, NDArray[Any]]]

PACKAGES = ("polars", "duckdb")
CODES = "Polars, codes"
_PAGE = """
select * from runs where task = 'gpqa' and is_stable and median_itl_ms <= 1e9
order by energy_per_token_joules limit 100
"""


def missing_packages() -> list[str]:
    """Return those of the two that are not installed."""
    return [name for name in PACKAGES if find_spec(name) is None]


def groups_of(columns: Mapping[str, Any], keys: tuple[str, ...], value: str) -> dict[str, Groups]:
    """Return functions that count and average a column in groups, by name: those of the installed libraries.

    Polars groups texts as it reads them, and as codes, which our tables cache. Both libraries use all cores.

    Args:
        columns: The Arrow columns.
        keys: Columns of the key.
        value: Column to average.
    """
    table = pa.table({name: columns[name] for name in (*keys, value)})
    found: dict[str, Groups] = {}
    if find_spec("polars") is not None:
        polars: Any = import_module("polars")
        frame = polars.from_arrow(table)
        coded = frame.with_columns(polars.col(polars.String).cast(polars.Categorical))
        found = {"Polars": _in_polars(frame, keys, value), CODES: _in_polars(coded, keys, value)}
    if find_spec("duckdb") is not None:
        found["DuckDB"] = _in_duckdb(table, keys, value)
    return found


def _in_polars(frame: Any, keys: tuple[str, ...], value: str) -> Groups:  # noqa: ANN401 - its types may be missing
    polars: Any = import_module("polars")
    aggregates = polars.len().alias("count"), polars.col(value).mean().alias("mean")

    def groups() -> dict[str, NDArray[Any]]:
        found = frame.group_by(keys).agg(*aggregates)
        return {name: found[name].to_numpy() for name in ("count", "mean")}

    return groups


def _in_duckdb(table: pa.Table, keys: tuple[str, ...], value: str) -> Groups:
    duckdb: Any = import_module("duckdb")
    connection = duckdb.connect()
    connection.register("given", table)
    connection.execute("create table runs as select * from given")
    query = f"select {', '.join(keys)}, count(*) as count, avg({value}) as mean from runs group by all"  # noqa: S608 - names of columns

    def groups() -> dict[str, NDArray[Any]]:
        found = connection.sql(query).to_arrow_table()
        return {name: found[name].to_numpy() for name in ("count", "mean")}

    return groups


def print_first_page(directory: Path) -> None:
    """Load the LLM runs of a dataset directory into DuckDB, and print an ordered page of them."""
    duckdb: Any = import_module("duckdb")
    connection = duckdb.connect()
    parquet = directory / "runs" / "llm.parquet"
    connection.execute("create table runs as select * from read_parquet(?)", [str(parquet)])
    print(len(connection.execute(_PAGE).fetchall()))


if __name__ == "__main__":
    print_first_page(Path(sys.argv[1]))
