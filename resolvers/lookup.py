"""Lookup of one row of a table by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from resolvers.answer_warnings import OtherRunsValue, UnknownValue
from resolvers.unmatched import other_kinds
from tables.batch import MixedPart
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Callable

    from resolvers.context import RequestContext
    from tables.table import Table


def lookup_run(context: RequestContext, kind: str, key: str) -> RowSet | None:
    """Return the run with this id, or None, with a warning if a run of another kind has the id."""
    runs = context.dataset.runs[kind]
    row = runs.row_of.get(key)
    if row is not None:
        return RowSet.single(runs, row)
    for other, table in other_kinds(context.dataset, kind):
        if table.row_of.get(key) is not None:
            context.warnings.add([OtherRunsValue("id", key, other.root_field)])
    return None


def lookup_run_of_any_kind(context: RequestContext, key: str, wire_name: Callable[[str], str]) -> MixedPart | None:
    """Return the run with this id, or None; `wire_name` returns the name of its type in the graph."""
    for runs in context.dataset.runs.values():
        row = runs.row_of.get(key)
        if row is not None:
            return MixedPart(wire_name(runs.name), np.zeros(1, np.int64), RowSet.single(runs, row))
    return None


def lookup_entity(context: RequestContext, table: Table, key: str, *, argument: str, column: str) -> RowSet | None:
    """Return the model, GPU or task with this key, or None, with a warning that names similar keys.

    Args:
        context: The request's context.
        table: The entities.
        key: The key.
        argument: The field's argument with the key.
        column: The column of the run tables with these keys.
    """
    row = table.row_of.get(key)
    if row is not None:
        return RowSet.single(table, row)
    context.warnings.add([UnknownValue(argument, key, context.dataset.names[column])])
    return None
