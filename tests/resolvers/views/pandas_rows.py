"""Rows of a pandas data frame in the form of the graph's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.naive_oracle import graph_name

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]  # no type information installed


def nodes_of(frame: pd.DataFrame, fields: str) -> list[dict[str, Any]]:
    """Return the rows of a table, in its order, as nodes with these fields of the graph; NaN is null.

    Args:
        frame: The table.
        fields: Fields, as in a selection; each is a column.
    """
    columns = {graph_name(column): column for column in frame.columns}
    names = fields.split()
    known = [
        [None if missing else cell for cell, missing in zip(frame[column], frame[column].isna(), strict=True)]
        for column in (columns[name] for name in names)
    ]
    return [dict(zip(names, row, strict=True)) for row in zip(*known, strict=True)]


def least(frame: pd.DataFrame, column: str, *per: str) -> pd.DataFrame:
    """Return the row that is least in a column, of the whole table or of each group in the order of the groups."""
    rows = frame.groupby(list(per))[column].idxmin() if per else [frame[column].idxmin()]
    return frame.loc[rows]


def greatest(frame: pd.DataFrame, column: str, *per: str) -> pd.DataFrame:
    """Return the row that is greatest in a column, of the whole table or of each group."""
    rows = frame.groupby(list(per))[column].idxmax() if per else [frame[column].idxmax()]
    return frame.loc[rows]
