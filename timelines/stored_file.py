"""The parts of a decoded file ↔ a Parquet file of the timeline store: a row per series, equal times written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from timelines.packed import LENGTHS, Packed
from timelines.sealed_parquet import check_seal, seal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from timelines.arrays import Array

# The facts are the first row, as `text`. A series is decimals, `whole` / 10^`digits`; or `real`; or `same_as` another.
SCHEMA = pa.schema(
    [
        pa.field("series", pa.string(), nullable=False),
        pa.field("digits", pa.int8()),
        pa.field("whole", pa.list_(pa.int64())),
        pa.field("real", pa.list_(pa.float64())),
        pa.field("same_as", pa.string()),
        pa.field("text", pa.string()),
    ]
)
_FACTS = "facts"
_VERSION = b"version"
_DIGITS = range(7)  # decimal places: the benchmark's clocks give microseconds
_EXACT = 2**53


def write_stored(parts: Packed, path: str, *, version: str) -> bytes:
    """Return the sealed Parquet file of a raw file at `path` in a version."""
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink,
        SCHEMA,
        compression="zstd",
        compression_level=9,
        use_dictionary=["series", "same_as"],
        column_encoding={"whole.list.element": "DELTA_BINARY_PACKED", "real.list.element": "BYTE_STREAM_SPLIT"},
        data_page_size=8 * 2**20,
        store_schema=False,
        write_statistics=False,
    ) as writer:
        rows = [{"series": _FACTS, "text": parts.facts.decode()}, *rows_of(parts.arrays)]
        writer.write_table(pa.Table.from_pylist(rows, schema=SCHEMA))
        writer.add_key_value_metadata({_VERSION: version.encode()})
    return seal(sink.getvalue().to_pybytes(), path)


def read_stored(content: bytes, path: str) -> Packed:
    """Return the parts.

    Raises:
        BrokenSeal: The content is damaged, or of another raw file.
        Exception: ValueError, KeyError, TypeError, AttributeError, IndexError: another version wrote the file.
    """
    check_seal(content, path)
    table = pq.read_table(pa.BufferReader(content)).combine_chunks()
    return Packed(facts=table.column("text")[0].as_py().encode(), arrays=arrays_of(table.slice(1)))


def stored_version(content: bytes, path: str) -> str:
    """Return the version of the raw file; errors as in `read_stored`."""
    check_seal(content, path)
    version: bytes = pq.read_metadata(pa.BufferReader(content)).metadata[_VERSION]
    return version.decode()


def rows_of(arrays: Mapping[str, Array]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table; the times and the values of a GPU are a row each."""
    seen: dict[bytes, str] = {}
    for name, array in arrays.items():
        pieces = {f"{name}/time": array[:, 0], f"{name}/value": array[:, 1]} if array.ndim > 1 else {name: array}
        for series, values in pieces.items():
            key = np.ascontiguousarray(values).tobytes()
            if key in seen and series.endswith("/time"):
                yield {"series": series, "same_as": seen[key]}
                continue
            seen.setdefault(key, series)
            decimals = _decimals(values)
            yield {"series": series} | ({"real": values} if decimals is None else decimals)


def _decimals(values: Array) -> dict[str, Any] | None:
    """Return decimals as whole numbers and their decimal places; None unless that is exact to the last bit."""
    if values.dtype.kind == "i":
        return {"digits": 0, "whole": values.astype(np.int64)}
    if not np.isfinite(values).all() or (values.size and np.abs(values).max() > _EXACT / 10.0 ** _DIGITS[-1]):
        return None
    for digits in _DIGITS:
        whole = np.rint(values * 10.0**digits).astype(np.int64)
        # Compares bytes because a whole number does not give a negative zero.
        if (whole / 10.0**digits).tobytes() == np.ascontiguousarray(values).tobytes():
            return {"digits": digits, "whole": whole}
    return None


def arrays_of(table: pa.Table) -> dict[str, Array]:
    """Return the arrays of a table's rows by name."""
    series: dict[str, Array] = {}
    columns = {name: table.column(name) for name in SCHEMA.names}
    for row in range(table.num_rows):
        name, same_as = columns["series"][row].as_py(), columns["same_as"][row].as_py()
        digits = columns["digits"][row].as_py()
        if same_as is not None:
            series[name] = series[same_as]
        elif digits is None:
            series[name] = columns["real"][row].values.to_numpy(zero_copy_only=False)
        else:
            whole = columns["whole"][row].values.to_numpy(zero_copy_only=False)
            series[name] = whole.astype(np.int32) if name == LENGTHS else whole / 10.0**digits
    arrays: dict[str, Array] = {}
    for name, values in series.items():
        gpu, _, piece = name.rpartition("/")
        if piece == "time":
            arrays[gpu] = np.column_stack([values, series[f"{gpu}/value"]])
        elif piece != "value":
            arrays[name] = values
    return arrays
