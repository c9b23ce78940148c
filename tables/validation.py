"""Validation of a run table against the catalogue; all later code relies on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from errors import DatasetError
from tables.casting import ARROW_TYPES, cast_column, first_line
from tables.catalogue import ColumnKind, ColumnType
from tables.ids import run_ids
from tables.keys import first_repeat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tables.catalogue import Column
    from tables.run_kinds import RunKind

REPEATED_COLUMN = "the column occurs more than once"


def validated(
    read: pa.Table | Sequence[tuple[object, pa.Table]], kind: RunKind, *, file: object
) -> dict[str, pa.Array[Any]]:
    """Check a run table against the catalogue, cast its columns to the catalogue's types, and add the runs' ids.

    Args:
        read: The table, or its parts in order, each with its file for errors. Columns that are not in the catalogue are
            dropped; missing nullable columns are filled with null.
        kind: Kind of the runs.
        file: File of the whole table, for errors.

    Returns:
        `id` and the columns of the catalogue, in its order and types; of length 0 if there are no rows, even if columns
        are missing.

    Raises:
        DatasetError: A column or a cell does not match the catalogue.
    """
    parts = [(file, read)] if isinstance(read, pa.Table) else read
    checked = [(part_file, _checked_part(part, kind, file=part_file)) for part_file, part in parts if part.num_rows]
    if not checked:
        return {
            "id": pa.array([], pa.string()),
            **{column.name: pa.array([], ARROW_TYPES[column.type]) for column in kind.columns},
        }
    columns = {name: _concatenated([part[name] for _, part in checked]) for name in checked[0][1]}
    ids = run_ids(kind, columns)
    _check_unique(ids, columns["results_path"], "results_path", [(file, len(part["domain"])) for file, part in checked])
    return {"id": ids, **columns}


def _checked_part(read: pa.Table, kind: RunKind, *, file: object) -> dict[str, pa.Array[Any]]:
    columns: dict[str, pa.Array[Any]] = {}
    for column in kind.columns:
        match read.column_names.count(column.name):
            case 0 if column.nullable:
                columns[column.name] = pa.nulls(read.num_rows, ARROW_TYPES[column.type])
            case 0:
                raise DatasetError("the column is missing", file=file, column=column.name)
            case 1:
                array = _concatenated(read[column.name].chunks)
                _check_encoding(array, column.name, file=file)
                columns[column.name] = _checked(array, column, file=file)
            case _:
                raise DatasetError(REPEATED_COLUMN, file=file, column=column.name)
    domain = columns["domain"]
    row = pc.index(pc.not_equal(domain, kind.name), value=True).as_py()
    if row >= 0:
        problem = f"the cell is {domain[row].as_py()!r}, expected {kind.name!r}"
        raise DatasetError(problem, file=file, column="domain", row=row)
    return columns


def _concatenated(arrays: Sequence[pa.Array[Any]]) -> pa.Array[Any]:
    return arrays[0] if len(arrays) == 1 else pa.concat_arrays(arrays)  # which would copy a single array


def _check_encoding(array: pa.Array[Any], name: str, *, file: object) -> None:
    """Check properties that Arrow does not check when it reads: dictionary indices in range, and text in UTF-8."""
    try:
        array.validate(full=True)
    except pa.ArrowException as error:
        row = _undecodable_row(array)
        problem = f"invalid Arrow data ({first_line(error)})" if row is None else "the text is not UTF-8"
        raise DatasetError(problem, file=file, column=name, row=row) from error


def _undecodable_row(array: pa.Array[Any]) -> int | None:
    """Return a row whose text is not UTF-8, in a plain array the first; None without one, or without text."""
    if pa.types.is_dictionary(array.type):  # decoding it would fail if an index is out of range
        code = _undecodable_row(array.dictionary)
        row = -1 if code is None else pc.index(array.indices, code).as_py()
        return None if row < 0 else int(row)
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return None
    for row, cell in enumerate(array.cast(pa.large_binary())):
        try:
            (cell.as_py() or b"").decode()
        except UnicodeDecodeError:
            return row
    return None


def _checked(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    array = cast_column(array, column, file=file)
    if column.type is ColumnType.FLOAT:
        # pandas writes a null as NaN; JSON cannot represent infinity.
        array = _null_where(array, pc.invert(pc.is_finite(array)))
    elif column.kind is ColumnKind.RAW_FILE:
        array = _null_where(array, pc.equal(array, ""))
    if not column.nullable and array.null_count:
        row = pc.index(array.is_null(), value=True).as_py()
        raise DatasetError("the cell is null; a value is required", file=file, column=column.name, row=row)
    return array


def _null_where(array: pa.Array[Any], missing: pa.Array[Any]) -> pa.Array[Any]:
    return pc.if_else(missing, pa.scalar(None, array.type), array) if pc.any(missing).as_py() else array


def _check_unique(ids: pa.Array[Any], array: pa.Array[Any], name: str, parts: Sequence[tuple[object, int]]) -> None:
    """Refuse a text that occurs in two rows, which therefore have the same id.

    Args:
        ids: Ids of the rows.
        array: The texts.
        name: Name of their column.
        parts: File and number of rows of each part.
    """
    row = first_repeat(ids)
    if row is not None:
        starts = np.cumsum([0, *(rows for _, rows in parts)])
        part = int(np.searchsorted(starts, row, side="right")) - 1
        problem = f"the cell repeats {array[row].as_py()!r}; the value must be unique"
        raise DatasetError(problem, file=parts[part][0], column=name, row=row - int(starts[part]))
