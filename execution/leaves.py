"""Completion of leaves: what the specification says of a scalar or an enum, for a column of them."""

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
    """A column cannot be completed as one; row-by-row execution reports the row at fault. Its text is the reason."""


def leaf_column(column: TableColumn | pa.Array[Any], kind: GraphQLOutputType) -> TableColumn | pa.Array[Any]:
    """Return a column of leaves of a type, floats that are not finite replaced by nulls.

    Raises:
        NotColumnarError: A null stands at a place that may not be null.
    """
    if isinstance(column, TableColumn):
        # The whole column is checked first: it knows its nulls, and mostly has none.
        whole = column.rows.table.columns[column.name]
        forbidden = _has_forbidden_null(whole, kind) and _has_forbidden_null(column.array(), kind)
    else:
        column = with_finite_floats(column)  # the columns of tables were checked when they were loaded
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
    """Return an ordinary value as graphql-core completes it, a float that is not finite replaced by null.

    Raises:
        NotColumnarError: A null stands at a place that may not be null.
        Exception: The value does not fit the type.
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
