"""Reading of a run table's Parquet: one file, or a directory of parts as written by pandas, Spark and DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from errors import DatasetError
from tables import git_lfs
from tables.blob_digest import DamagedBlob, read_blob
from tables.casting import first_line
from tables.catalogue import ColumnKind, ColumnType
from tables.validation import REPEATED_COLUMN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tables.catalogue import Column
    from tables.run_kinds import RunKind

_NULL = "__HIVE_DEFAULT_PARTITION__"
# Types to parse a partition's value as, which is text in a directory's name. A whole number may be written `8.0`.
_PARTITION_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.STRING: pa.string(),
    ColumnType.INT: pa.float64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a run table.

    Args:
        file: The file.
        table: Columns in the catalogue, including those of its partitions.
        unknown: Names of the other columns.
    """

    file: Path
    table: pa.Table
    unknown: Sequence[str]


def part_files(file: Path) -> list[Path]:
    """Return the file itself, or the files of a directory ordered by name, without names that begin with `.` or `_`.

    Raises:
        DatasetError: The directory cannot be listed.
    """
    if not file.is_dir():
        return [file]
    try:
        parts = [path.relative_to(file) for path in file.rglob("*") if path.is_file()]
    except OSError as error:
        raise DatasetError(f"the directory cannot be listed: {error.strerror}", file=file) from error
    return [file / part for part in sorted(parts) if not any(name.startswith((".", "_")) for name in part.parts)]


def read_parts(file: Path, kind: RunKind) -> Iterator[Part]:
    """Read the columns in the catalogue from a Parquet file or from each part of a directory.

    As in pandas, Hive partitions (`task=gpqa/part-0.parquet`) are columns.

    Raises:
        DatasetError: A file cannot be read, or a partition's value does not have the type of its column.
    """
    known = {column.name: column for column in kind.columns}
    for path in part_files(file):
        table, unknown = _read_file(path, known)
        for directory in path.relative_to(file).parts[:-1]:
            name, equals, value = map(unquote, directory.partition("="))
            if name in known and equals:
                table = table.append_column(name, _partition_cells(value, known[name], table.num_rows, file=path))
            elif equals:
                unknown.append(name)
        yield Part(path, table, unknown)


def _read_file(file: Path, known: Mapping[str, Column]) -> tuple[pa.Table, list[str]]:
    try:
        # Not `read_table`, which also reads partitions from the names of all directories above the file.
        content = read_blob(file)
        with pq.ParquetFile(pa.BufferReader(content)) as parquet:
            schema, metadata = parquet.schema_arrow, parquet.metadata
        names = schema.names
        wanted = [name for name in names if name in known]
        for name in wanted:
            if wanted.count(name) > 1:
                raise DatasetError(REPEATED_COLUMN, file=file, column=name)
        with pq.ParquetFile(
            pa.BufferReader(content), metadata=metadata, read_dictionary=_repetitive(schema, wanted, known)
        ) as parquet:
            read = parquet.read(columns=wanted) if wanted else pa.table({"": pa.nulls(metadata.num_rows)})
    except FileNotFoundError as error:
        problem = "the target of the link does not exist" if file.is_symlink() else "the file does not exist"
        raise DatasetError(problem, file=file) from error
    except DamagedBlob as damage:
        raise DatasetError(f"the file is damaged: {damage}; delete it and download it again", file=file) from damage
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last: a column's name that is not UTF-8
        problem = git_lfs.POINTER if _is_pointer(file) else f"not a readable Parquet file ({first_line(error)})"
        raise DatasetError(problem, file=file) from error
    # For `seed`, pyarrow also returns a column named `seed.x`.
    return read.select(wanted) if wanted else read, [name for name in names if name not in known]


def _repetitive(schema: pa.Schema, names: Iterable[str], known: Mapping[str, Column]) -> list[str]:
    """Return the text columns to read as dictionaries, which takes a sixth of the time of reading each cell.

    Paths differ in each row, which a dictionary would only slow down.
    """
    return [
        name
        for name in names
        if known[name].type is ColumnType.STRING
        and known[name].kind is not ColumnKind.RAW_FILE
        and pa.types.is_string(schema.field(name).type)
    ]


def _is_pointer(file: Path) -> bool:
    try:
        with file.open("rb") as start:
            return git_lfs.is_pointer(start.read(100))
    except OSError:
        return False


def _partition_cells(value: str, column: Column, rows: int, *, file: Path) -> pa.Array[Any]:
    cell = pa.scalar(None if value == _NULL else value, pa.string())
    try:
        return pa.repeat(cell.cast(_PARTITION_TYPES[column.type]), rows)
    except pa.ArrowException as error:
        raise DatasetError(
            f"the directory's name has the value {value[:100]!r}, expected type {column.type.value}",
            file=file,
            column=column.name,
        ) from error
