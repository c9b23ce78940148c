"""The door: a run table as it was read in, checked against the catalogue; everything after it trusts what it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from errors import DatasetError
from tables.casting import ARROW_TYPES, cast_column, first_line
from tables.catalogue import ColumnKind, ColumnType
from tables.keys import repeated_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tables.catalogue import Column
    from tables.run_kinds import RunKind


def validated(
    read: pa.Table | Sequence[tuple[object, pa.Table]], kind: RunKind, *, file: object
) -> dict[str, pa.Array[Any]]:
    """Check a run table against the catalogue and bring its columns into the catalogue's types.

    Args:
        read: The table, or its parts in order, each with the file that errors name. Columns that the catalogue does not
            know are left out; nullable ones that are absent are null in every row.
        kind: Kind of the runs.
        file: What errors about the whole table name.

    Returns:
        The columns of the catalogue, in its order and types; of length 0 where there are no rows, whatever columns
        there were.

    Raises:
        DatasetError: A column or a cell is not as the catalogue says.
    """
    parts = [(file, read)] if isinstance(read, pa.Table) else read
    checked = [(place, _checked_part(part, kind, file=place)) for place, part in parts if part.num_rows]
    if not checked:
        return {column.name: pa.array([], ARROW_TYPES[column.type]) for column in kind.columns}
    columns = _joined([part for _, part in checked])
    _check_unique(columns["results_path"], "results_path", [(place, len(part["domain"])) for place, part in checked])
    return columns


def _checked_part(read: pa.Table, kind: RunKind, *, file: object) -> dict[str, pa.Array[Any]]:
    columns: dict[str, pa.Array[Any]] = {}
    for column in kind.columns:
        match read.column_names.count(column.name):
            case 0 if column.nullable:
                columns[column.name] = pa.nulls(read.num_rows, ARROW_TYPES[column.type])
            case 0:
                raise DatasetError("the column is missing", file=file, column=column.name)
            case 1:
                array = _sound(_whole(read[column.name]), column.name, file=file)
                columns[column.name] = _checked(array, column, file=file)
            case _:
                raise DatasetError("the column stands more than once", file=file, column=column.name)
    _check_domain(columns["domain"], kind, file=file)
    return columns


def _joined(parts: Sequence[dict[str, pa.Array[Any]]]) -> dict[str, pa.Array[Any]]:
    first, *others = parts
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in first} if others else first


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
        problem = f"not sound ({first_line(error)})" if row is None else "the text is not UTF-8"
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
    array = cast_column(array, column, file=file)
    if column.type is ColumnType.FLOAT:
        # A missing figure arrives as null or as NaN; an infinite one is none either.
        array = _null_where(array, pc.invert(pc.is_finite(array)))
    elif column.kind is ColumnKind.RAW_FILE:
        array = _null_where(array, pc.equal(array, ""))
    if not column.nullable and array.null_count:
        row = pc.index(array.is_null(), value=True).as_py()
        raise DatasetError("the cell is empty; a value is required", file=file, column=column.name, row=row)
    return array


def _null_where(array: pa.Array[Any], missing: pa.Array[Any]) -> pa.Array[Any]:
    """Return the array with these cells null; without a copy where there are none."""
    return pc.if_else(missing, pa.scalar(None, array.type), array) if pc.any(missing).as_py() else array


def _check_domain(array: pa.Array[Any], kind: RunKind, *, file: object) -> None:
    row = pc.index(pc.not_equal(array, pa.scalar(kind.name)), value=True).as_py()
    if row >= 0:
        raise DatasetError(
            f"the cell is {array[row].as_py()!r}, expected {kind.name!r}", file=file, column="domain", row=row
        )


def _check_unique(array: pa.Array[Any], name: str, parts: Sequence[tuple[object, int]]) -> None:
    """Refuse a text that stands in two rows; the parts, in order, are each a file and how many rows it has."""
    there = np.flatnonzero(array.is_valid())
    repeated = there.take(repeated_rows(array.drop_null()))
    seen: set[str] = set()
    for row in repeated.tolist():
        value = array[row].as_py()
        if value in seen:
            ends = np.cumsum([rows for _, rows in parts])
            part = int(np.searchsorted(ends, row, side="right"))
            file, rows = parts[part]
            raise DatasetError(
                f"the cell repeats {value!r}; each run has its own",
                file=file,
                column=name,
                row=row - int(ends[part]) + rows,
            )
        seen.add(value)
