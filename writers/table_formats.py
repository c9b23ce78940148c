"""Formats of tables: Arrow stream, Parquet, CSV and NDJSON, written in parts."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from writers.json_rows import row_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format.

    Args:
        name: Its name in `?format=`, and the suffix of files.
        media_type: Its media type.
        content_type: The header of responses.
        is_flat: Whether it has no nested columns.
        open: Opens a writer of record batches into a file.
    """

    name: str
    media_type: str
    content_type: str
    is_flat: bool
    open: Callable[[_Sink, pa.Schema], Any]


class _Sink:
    """A binary file that collects what is written to it."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: Any) -> int:  # noqa: ANN401 - a buffer
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: there is no file below."""

    def close(self) -> None:
        """Do nothing: the collected bytes remain."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class _LinesWriter:
    """Writes one JSON object per row and line."""

    def __init__(self, sink: _Sink, _schema: pa.Schema) -> None:
        self._sink = sink

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._sink.write(b"".join([b"%b\n" % text for text in row_texts(batch)]))

    def close(self) -> None:
        """Do nothing: NDJSON has no end."""


def encoded(form: TableFormat, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> Iterator[bytes]:
    """Return a table in parts: one per record batch, and the end.

    Numbers are exact: Arrow and Parquet have the bits of the floats, CSV and NDJSON the shortest texts that are parsed
    as the same floats.
    """
    sink = _Sink()
    with closing(form.open(sink, schema)) as writer:
        for batch in batches:
            writer.write_batch(batch)
            yield sink.take()
    yield sink.take()


ARROW = TableFormat(
    "arrow",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.arrow.stream",
    is_flat=False,
    open=pa.ipc.new_stream,
)
PARQUET = TableFormat(
    "parquet",
    "application/vnd.apache.parquet",
    "application/vnd.apache.parquet",
    is_flat=False,
    open=pq.ParquetWriter,
)
CSV = TableFormat("csv", "text/csv", "text/csv; charset=utf-8; header=present", is_flat=True, open=pa.csv.CSVWriter)
NDJSON = TableFormat(
    "ndjson", "application/x-ndjson", "application/x-ndjson; charset=utf-8", is_flat=False, open=_LinesWriter
)
TABLE_FORMATS = {each.name: each for each in (ARROW, PARQUET, CSV, NDJSON)}
