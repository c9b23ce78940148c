"""The door: a run table as it was read in, checked against the catalogue; everything after it trusts what it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from errors import DatasetError
from tables.catalogue import COLUMNS, ColumnType
from tables.keys import repeated_rows

if TYPE_CHECKING:
    from pathlib import Path

    from tables.catalogue import Column, TableName
    from tables.file_bytes import FileBytes

_ARROW: dict[ColumnType, pa.DataType] = {
    ColumnType.STRING: pa.string(),
    ColumnType.INT: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
}
_GRAPHQL_INT = 2.0**31


def read_run_table(file: Path, table: TableName, *, content: FileBytes | None = None) -> dict[str, pa.Array[Any]]:
    """Read and check one of the two Parquet files.

    Args:
        file: The file.
        table: Which of the two it is.
        content: The file's content, where it was read already; it is parsed in place of the file.

    Returns:
        Its columns by name: those of the catalogue first, in its order and types, then any others as they are.

    Raises:
        DatasetError: The file cannot be read, or a column or a cell is not as the catalogue says.
    """
    try:
        # Not read_table: that reads partitions from the names of directories, and trips over a repeated column.
        with pq.ParquetFile(file if content is None else pa.BufferReader(content)) as parquet:
            read = parquet.read()
    except FileNotFoundError as error:
        raise DatasetError(f"there is no such file; a dataset directory has runs/{table}.parquet", file=file) from error
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:  # the last: a column's name that is no text
        raise DatasetError(f"not a readable Parquet file ({_first_line(error)})", file=file) from error
    return validated(read, table, file=file)


def validated(read: pa.Table, table: TableName, *, file: object) -> dict[str, pa.Array[Any]]:
    """Check a run table against the catalogue and bring its columns into the catalogue's types."""
    if read.num_rows == 0:
        raise DatasetError("the table has no rows; at least one run is expected", file=file)
    repeated = sorted({name for name in read.column_names if read.column_names.count(name) > 1})
    if repeated:
        raise DatasetError("the column stands more than once", file=file, column=repeated[0])
    present = {name: _sound(_whole(read[name]), name, file=file) for name in read.column_names}
    columns: dict[str, pa.Array[Any]] = {}
    for column in COLUMNS[table]:
        if column.name not in present:
            raise DatasetError("the column is missing", file=file, column=column.name)
        columns[column.name] = _checked(present[column.name], column, file=file)
    _check_domain(columns["domain"], table, file=file)
    _check_unique(columns["results_path"], "results_path", file=file)
    return columns | {name: array for name, array in present.items() if name not in columns}


def _whole(column: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    """Return a column in one piece, without a copy where it is."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _sound(array: pa.Array[Any], name: str, *, file: object) -> pa.Array[Any]:
    """Check what Arrow leaves unchecked when it reads: that indices lead somewhere, and that text is UTF-8."""
    try:
        array.validate(full=True)
    except pa.ArrowException as error:
        is_text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
        row = _first_undecodable(array) if is_text else None
        problem = f"not sound ({_first_line(error)})" if row is None else "the text is not UTF-8"
        raise DatasetError(problem, file=file, column=name, row=row) from error
    return array


def _first_undecodable(array: pa.Array[Any]) -> int | None:
    for row, cell in enumerate(array.cast(pa.large_binary())):
        try:
            (cell.as_py() or b"").decode()
        except UnicodeDecodeError:
            return row
    return None


def _checked(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    array = _cast(array, column, file=file)
    if column.type is ColumnType.FLOAT:
        finite = pc.is_finite(array)
        # A missing figure arrives as null or as NaN; an infinite one is none either.
        array = (
            array
            if pc.all(finite).as_py() in {True, None}
            else pc.if_else(finite, array, pa.scalar(None, pa.float64()))
        )
    if not column.nullable and array.null_count:
        row = pc.index(array.is_null(), value=True).as_py()
        raise DatasetError("the cell is empty; a value is required", file=file, column=column.name, row=row)
    return array


def _cast(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    """Bring text (string, large_string, dictionary) and numbers (integers with gaps as double) into one type."""
    wanted = _ARROW[column.type]
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), wanted)
    if not _convertible(array.type, column.type):
        raise DatasetError(f"the column has type {array.type}, expected {wanted}", file=file, column=column.name)
    if column.type is ColumnType.INT:
        array = _whole_numbers(array, column, file=file)
    try:
        return array.cast(wanted)
    except pa.ArrowException as error:
        raise DatasetError(_first_line(error), file=file, column=column.name) from error


def _convertible(found: pa.DataType, wanted: ColumnType) -> bool:
    match wanted:
        case ColumnType.STRING:
            return bool(pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found))
        case ColumnType.INT | ColumnType.FLOAT:
            return bool(pa.types.is_integer(found) or pa.types.is_floating(found))
        case ColumnType.BOOLEAN:
            return bool(pa.types.is_boolean(found))


def _whole_numbers(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    """Check that numbers are whole and have 32 bits, as GraphQL's Int has: one beyond fails whatever selects it."""
    numbers = array.cast(pa.float64(), safe=False)
    numbers = pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    for broken, expected in (
        (pc.or_(pc.not_equal(numbers, pc.floor(numbers)), pc.is_inf(numbers)), "a whole number"),
        (pc.or_(pc.greater_equal(numbers, _GRAPHQL_INT), pc.less(numbers, -_GRAPHQL_INT)), "a number of 32 bits"),
    ):
        row = pc.index(broken, value=True).as_py()
        if row >= 0:
            raise DatasetError(
                f"the cell is {array[row].as_py()}, expected {expected}", file=file, column=column.name, row=row
            )
    return numbers if pa.types.is_floating(array.type) else array


def _check_domain(array: pa.Array[Any], table: TableName, *, file: object) -> None:
    row = pc.index(pc.not_equal(array, pa.scalar(table)), value=True).as_py()
    if row >= 0:
        raise DatasetError(
            f"the cell is {array[row].as_py()!r}, expected {table!r}", file=file, column="domain", row=row
        )


def _check_unique(array: pa.Array[Any], name: str, *, file: object) -> None:
    there = np.flatnonzero(array.is_valid())
    repeated = there.take(repeated_rows(array.drop_null()))
    seen: set[str] = set()
    for row in repeated.tolist():
        value = array[row].as_py()
        if value in seen:
            raise DatasetError(f"the cell repeats {value!r}; each run has its own", file=file, column=name, row=row)
        seen.add(value)


def _first_line(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
