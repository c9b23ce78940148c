"""Completion of leaves: the specification's CompleteValue for columns of scalars and enums."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from graphql import GraphQLList, GraphQLNonNull

from tables.finite import with_finite_floats
from tables.row_set import TableColumn

if TYPE_CHECKING:
    import pyarrow as pa
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


def _has_forbidden_null(array: pa.Array[Any], kind: GraphQLOutputType) -> bool:
    if isinstance(kind, GraphQLNonNull):
        if array.null_count:
            return True
        kind = kind.of_type
    items_required = isinstance(kind, GraphQLList) and isinstance(kind.of_type, GraphQLNonNull)
    return items_required and bool(array.flatten().null_count)


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
