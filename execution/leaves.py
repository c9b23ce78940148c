"""Completion of leaves: the specification's CompleteValue for columns of scalars and enums."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from graphql import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT, GraphQLFloat, GraphQLInt, GraphQLList, GraphQLNonNull

from tables.finite import with_finite_floats
from tables.row_set import TableColumn

if TYPE_CHECKING:
    from graphql import GraphQLOutputType


class NotColumnarError(Exception):
    """A column that needs row-by-row execution, which reports the row at fault; the text is the reason."""


def leaf_column(column: TableColumn | pa.Array[Any], kind: GraphQLOutputType) -> TableColumn | pa.Array[Any]:
    """Return a column of leaves with non-finite floats replaced by nulls.

    Raises:
        NotColumnarError: A null where the type is non-null.
    """
    if isinstance(column, TableColumn):
        # The table's whole column first: its null count is cached, and mostly 0.
        whole = column.rows.table.columns[column.name]
        forbidden = _has_forbidden_null(whole, kind) and _has_forbidden_null(column.array(), kind)
    else:
        column = with_finite_floats(column)  # columns of tables were checked when they were loaded
        forbidden = _has_forbidden_null(column, kind)
    if forbidden:
        raise NotColumnarError("null")
    return column


def are_numbers(column: object, kind: GraphQLOutputType) -> bool:
    """Return whether a column has lists of numbers that fit the type, so that their items need no completion."""
    if not (isinstance(column, pa.Array) and pa.types.is_list(column.type) and isinstance(kind, GraphQLList)):
        return False
    item = kind.of_type.of_type if isinstance(kind.of_type, GraphQLNonNull) else kind.of_type
    values = with_finite_floats(column.flatten())
    if item is not kind.of_type and values.null_count:
        return False
    name = getattr(item, "name", None)  # the schema may have a Float of its own
    if name == GraphQLFloat.name:
        return bool(pa.types.is_floating(values.type))
    if name != GraphQLInt.name or not pa.types.is_integer(values.type):
        return False
    bounds = pc.min_max(values)
    least, greatest = bounds["min"].as_py(), bounds["max"].as_py()
    return least is None or (least >= GRAPHQL_MIN_INT and greatest <= GRAPHQL_MAX_INT)


def _has_forbidden_null(array: pa.Array[Any], kind: GraphQLOutputType) -> bool:
    if isinstance(kind, GraphQLNonNull):
        if array.null_count:
            return True
        kind = kind.of_type
    if not isinstance(kind, GraphQLList) or not isinstance(kind.of_type, GraphQLNonNull) or not array.values.null_count:
        return False
    return bool(array.flatten().null_count)  # without values outside the lists


def leaf_value(value: Any, kind: GraphQLOutputType) -> Any:  # noqa: ANN401 - any value of a leaf, or a list of them
    """Complete a Python value; a non-finite float becomes null.

    Raises:
        NotColumnarError: A null where the type is non-null.
        Exception: The value does not match the type.
    """
    if isinstance(kind, GraphQLNonNull):
        found = leaf_value(value, kind.of_type)
        if found is None:
            raise NotColumnarError("null")
        return found
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return None
    if isinstance(kind, GraphQLList):
        return [leaf_value(item, kind.of_type) for item in value]
    return kind.coerce_output_value(value)  # type: ignore[union-attr] # a leaf type
