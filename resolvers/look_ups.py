"""Look-ups: one row of a table by its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resolvers.answer_warnings import OtherRunsValue, UnknownValue
from resolvers.unmatched import OTHER_KIND, ROOT_FIELDS
from tables.row_set import RowSet

if TYPE_CHECKING:
    from resolvers.context import RequestContext
    from tables.dataset import RunKind
    from tables.table import Table


def row_of_key(table: Table, key: str) -> RowSet | None:
    """Return the row with this key, or None."""
    row = table.row_of.get(key)
    return None if row is None else RowSet.single(table, row)


def look_up_run(context: RequestContext, kind: RunKind, key: str) -> RowSet | None:
    """Return the run with this id, or None, with a warning where it is the id of a run of the other kind."""
    found = row_of_key(context.dataset.runs[kind], key)
    other = OTHER_KIND[kind]
    if found is None and context.dataset.runs[other].row_of.get(key) is not None:
        context.warnings.add([OtherRunsValue("id", key, ROOT_FIELDS[other])])
    return found


def look_up_entity(context: RequestContext, table: Table, key: str, *, argument: str, column: str) -> RowSet | None:
    """Return the model, GPU or task with this key, or None, with a warning that names the nearest ones.

    Args:
        context: The request's context.
        table: The entities.
        key: The key.
        argument: The field's argument that it was given in.
        column: The column of the run tables that holds these keys.
    """
    found = row_of_key(table, key)
    if found is None:
        context.warnings.add([UnknownValue(argument, key, context.dataset.names[column])])
    return found
