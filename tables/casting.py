"""Casts a column as Parquet stores it to its type in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from errors import DatasetError
from tables.catalogue import ColumnType

if TYPE_CHECKING:
    from tables.catalogue import Column

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.STRING: pa.string(),
    ColumnType.INT: pa.int64(),
    ColumnType.FLOAT: pa.float64(),
    ColumnType.BOOLEAN: pa.bool_(),
}
_INT_LIMIT = 2**31  # GraphQL's Int has 32 bits and a sign
_WHOLE_FLOAT_LIMIT = 2**53  # float64 represents every whole number below it


def cast_column(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    """Cast text (string, large_string, dictionary) or numbers (decimals, whole numbers as double) to the column's type.

    Raises:
        DatasetError: The array has another type, or a cell of a column of whole numbers is not one or is out of range.
    """
    target = ARROW_TYPES[column.type]
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), target)
    if not _is_convertible(array.type, column.type):
        raise DatasetError(f"the column has type {array.type}, expected {target}", file=file, column=column.name)
    if pa.types.is_decimal(array.type):
        # Through text, because Arrow's own cast divides by a power of ten, which rounds twice; its parser rounds once.
        array = array.cast(pa.string()).cast(pa.float64())
    if column.type is ColumnType.INT or column.whole:
        array = _whole_numbers(array, column, file=file)
    try:
        return array.cast(target)
    except pa.ArrowException as error:
        raise DatasetError(first_line(error), file=file, column=column.name) from error


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text; the name of its class if the text is empty."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _is_convertible(found: pa.DataType, target: ColumnType) -> bool:
    match target:
        case ColumnType.STRING:
            return bool(pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found))
        case ColumnType.INT | ColumnType.FLOAT:
            return bool(pa.types.is_integer(found) or pa.types.is_floating(found) or pa.types.is_decimal(found))
        case ColumnType.BOOLEAN:
            return bool(pa.types.is_boolean(found))


def _whole_numbers(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    limit = _WHOLE_FLOAT_LIMIT if column.whole else _INT_LIMIT
    numbers = array.cast(pa.float64(), safe=False)
    numbers = pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    in_range = pc.and_(pc.greater_equal(numbers, -limit), pc.less(numbers, limit))
    row = pc.index(pc.and_(in_range, pc.equal(numbers, pc.floor(numbers))), value=False).as_py()
    if row >= 0:
        raise DatasetError(
            f"the cell is {array[row].as_py()}, expected a whole number from {-limit} to {limit - 1}",
            file=file,
            column=column.name,
            row=row,
        )
    return numbers if pa.types.is_floating(array.type) or column.whole else array
