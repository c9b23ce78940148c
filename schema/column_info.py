"""Description of a column of a run table: name, field, type, unit and meaning."""

import strawberry

from tables.catalogue import Column, graph_name
from tables.run_kinds import RUN_KINDS, RunKind


@strawberry.type(description="Column of a run table. Fields, filters and orders of the graph are built from it.")
class ColumnInfo:
    """Column of a run table."""

    name: str = strawberry.field(description="Name in the Parquet file and in the toolkit.")
    field: str = strawberry.field(description="Name of the field in the graph.")
    type: str = strawberry.field(description="Type of a cell: string, int, float or boolean.")
    unit: str | None = strawberry.field(description="Unit of a cell; null if it has none.")
    description: str = strawberry.field(description="Meaning of the column.")
    table: str = strawberry.field(description=f"Run table: {' or '.join(RUN_KINDS)}.")
    nullable: bool = strawberry.field(description="Whether a cell may be null.")


def column_info(kind: RunKind, column: Column) -> ColumnInfo:
    """Return the description of a column of a kind of run."""
    return ColumnInfo(
        name=column.name,
        field=graph_name(column.name),
        type=column.type.value,
        unit=column.unit,
        description=column.description,
        table=kind.name,
        nullable=column.nullable,
    )
