"""Fields from catalogue columns: name, type, unit, description and source."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import strawberry

from execution.field_metadata import OF_THE_ROW
from execution.strawberry_internals import StrawberryField
from schema.context import Context
from tables.catalogue import Column, ColumnType
from tables.row_set import RowSet

Class = TypeVar("Class", bound=type)

GRAPHQL_TYPES: dict[ColumnType, type] = {
    ColumnType.STRING: str,
    ColumnType.INT: int,
    ColumnType.FLOAT: float,
    ColumnType.BOOLEAN: bool,
}


def described(column: Column, source: str | None) -> str:
    """Return a column's description with its unit and, for a column of a file, its source."""
    unit = f" Unit: {column.unit}." if column.unit else ""
    place = f" Column `{column.name}` of {source}." if source else ""
    return f"{column.description}{unit}{place}"


def column_fields(columns: Sequence[Column], *, source: str | None) -> Callable[[Class], Class]:
    """Give a class, before it becomes a Strawberry type, a field for each column that it does not declare."""

    def add(cls: Class) -> Class:
        for column in columns:
            if column.name not in cls.__dict__:
                setattr(cls, column.name, column_field(column, source=source))
        return cls

    return add


def column_field(column: Column, *, source: str | None, graphql_type: Any = None) -> StrawberryField:
    """Return the field of one column."""
    plain = graphql_type or GRAPHQL_TYPES[column.type]
    return of_the_row(
        lambda rows, _context: rows.column(column.name),
        graphql_type=plain | None if column.nullable else plain,
        description=described(column, source),
        column=column.name,
    )


def of_the_row(
    resolve: Callable[[RowSet, Context], Any],
    *,
    graphql_type: Any,
    description: str,
    column: str | None = None,
    deprecation_reason: str | None = None,
) -> StrawberryField:
    """Return a field whose value depends on the row alone, resolved for all rows at once.

    Args:
        resolve: Returns the field's column for the rows of a level.
        graphql_type: Type of the field.
        description: Description of the field.
        column: Name of the table's column with the same values, if there is one.
        deprecation_reason: Replacement, for a deprecated field.
    """

    def resolver(rows: strawberry.Parent[RowSet], context: Context) -> Any:
        return resolve(rows, context)

    field: StrawberryField = strawberry.field(
        resolver=resolver,
        graphql_type=graphql_type,
        description=description,
        deprecation_reason=deprecation_reason,
        metadata={OF_THE_ROW: column},
    )
    return field
