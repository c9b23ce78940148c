"""Columns as Parquet carried them → columns of the catalogue's types."""

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
_GRAPHQL_INT = (2.0**31, "a number of 32 bits")
# Beyond it, float64 has no longer every whole number.
_WHOLE_FLOAT = (2.0**53, "a number of 53 bits")


def cast_column(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    """Bring text (string, large_string, dictionary) and numbers (integers with gaps as double, decimals) into one type.

    Raises:
        DatasetError: The column is of another type, or a cell is not a whole number where one is expected.
    """
    wanted = ARROW_TYPES[column.type]
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), wanted)
    if not _is_convertible(array.type, column.type):
        raise DatasetError(f"the column has type {array.type}, expected {wanted}", file=file, column=column.name)
    if pa.types.is_decimal(array.type):
        array = _nearest_floats(array)
    if column.type is ColumnType.INT or column.whole:
        array = _whole_numbers(array, column, file=file)
    try:
        return array.cast(wanted)
    except pa.ArrowException as error:
        raise DatasetError(first_line(error), file=file, column=column.name) from error


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or its class where it has none."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _is_convertible(found: pa.DataType, wanted: ColumnType) -> bool:
    match wanted:
        case ColumnType.STRING:
            return bool(pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found))
        case ColumnType.INT | ColumnType.FLOAT:
            return bool(pa.types.is_integer(found) or pa.types.is_floating(found) or pa.types.is_decimal(found))
        case ColumnType.BOOLEAN:
            return bool(pa.types.is_boolean(found))


def _nearest_floats(array: pa.Array[Any]) -> pa.Array[Any]:
    """Return the float64 nearest to each decimal, as `float(Decimal)` does.

    Arrow's own cast divides by a power of ten, which rounds twice; its parser of texts rounds once.
    """
    return array.cast(pa.string()).cast(pa.float64())


def _whole_numbers(array: pa.Array[Any], column: Column, *, file: object) -> pa.Array[Any]:
    """Check that numbers are whole and that the graph's type holds them: Int has 32 bits, a whole Float has 53."""
    limit, size = _WHOLE_FLOAT if column.whole else _GRAPHQL_INT
    numbers = array.cast(pa.float64(), safe=False)
    numbers = pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    for broken, expected in (
        (pc.or_(pc.not_equal(numbers, pc.floor(numbers)), pc.is_inf(numbers)), "a whole number"),
        (pc.or_(pc.greater_equal(numbers, limit), pc.less(numbers, -limit)), size),
    ):
        row = pc.index(broken, value=True).as_py()
        if row >= 0:
            raise DatasetError(
                f"the cell is {array[row].as_py()}, expected {expected}", file=file, column=column.name, row=row
            )
    return numbers if pa.types.is_floating(array.type) or column.whole else array
