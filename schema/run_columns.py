"""Enums of run columns: numeric columns to compute over, and configuration columns to group by."""

from enum import Enum

from schema.orders import column_enum
from tables.catalogue import Column, ColumnKind, ColumnType
from tables.run_kinds import RUN_KINDS

_NUMBERS = (ColumnType.INT, ColumnType.FLOAT)


def metric_columns(table: str) -> list[Column]:
    """Return the numeric columns of a table."""
    return [column for column in RUN_KINDS[table].all_columns if column.type in _NUMBERS]


def key_columns(table: str) -> list[Column]:
    """Return the configuration columns of a table."""
    return [column for column in RUN_KINDS[table].all_columns if column.kind is ColumnKind.KEY]


RunMetric = column_enum(
    "RunMetric",
    list({column.name: column for table in RUN_KINDS for column in metric_columns(table)}.values()),
    source=None,
    description="Numeric columns of all kinds of run.",
)


def run_metric(prefix: str, table: str) -> type[Enum]:
    """Return the enum of the numeric columns of one kind of runs."""
    return column_enum(
        f"{prefix}Metric", metric_columns(table), source=None, description="Numeric columns, to compute over."
    )


def run_key(prefix: str, table: str) -> type[Enum]:
    """Return the enum of the configuration columns of one kind of runs."""
    return column_enum(
        f"{prefix}Key", key_columns(table), source=None, description="Configuration columns, to group by."
    )
