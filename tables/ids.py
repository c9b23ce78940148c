"""Run ids: opaque, URL-safe, and the same in every revision that has the run."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from tables.catalogue import ColumnKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tables.catalogue import Column, TableName

_DIGEST_BYTES = 15  # 24 base-32 digits without padding; two of a million runs meet with probability 10⁻²⁴


def run_ids(table: TableName, catalogue: Sequence[Column], columns: Mapping[str, pa.Array[Any]]) -> pa.Array[Any]:
    """Return one id per run.

    A run with a `results_path` is named by it: the path is unique and stays. Any other is named by its configuration
    columns and, as these repeat (docs/adr/0003), by an ordinal among its like, counted in the order of their
    measurements so that the order of rows in the file does not matter.
    """
    paths = columns["results_path"].to_pylist()
    names: list[bytes] = [f"{table}\n{path}".encode() if path else b"" for path in paths]
    unnamed = [row for row, name in enumerate(names) if not name]
    if unnamed:
        for row, name in zip(unnamed, _configuration_names(table, catalogue, columns, unnamed), strict=True):
            names[row] = name
    return pa.array([_digest(name) for name in names], pa.string())


def _digest(name: bytes) -> str:
    return b32encode(hashlib.blake2b(name, digest_size=_DIGEST_BYTES).digest()).decode().lower()


def _configuration_names(
    table: TableName, catalogue: Sequence[Column], columns: Mapping[str, pa.Array[Any]], rows: Sequence[int]
) -> list[bytes]:
    chosen = pa.array(rows, pa.int64())
    keys = [column.name for column in catalogue if column.kind is ColumnKind.KEY]
    rest = [column.name for column in catalogue if column.kind is not ColumnKind.KEY]
    configurations = _json_rows([columns[name].take(chosen) for name in keys])
    measurements = _json_rows([columns[name].take(chosen) for name in rest])
    ordinals = [0] * len(rows)
    seen: dict[bytes, int] = {}
    for position in sorted(range(len(rows)), key=lambda at: (configurations[at], measurements[at], at)):
        ordinals[position] = seen.get(configurations[position], 0)
        seen[configurations[position]] = ordinals[position] + 1
    return [
        b"%s\n%s\n%d" % (table.encode(), configuration, ordinal)
        for configuration, ordinal in zip(configurations, ordinals, strict=True)
    ]


def _json_rows(columns: Sequence[pa.Array[Any]]) -> list[bytes]:
    return [orjson.dumps(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
