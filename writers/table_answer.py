"""Executes an operation whose one list is a table, as Arrow record batches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from execution.ceilings import CELLS_PER_UNIT, Ceilings
from execution.leaves import NotColumnarError
from execution.running import Env, run_selection
from execution.steps import Block, TypeName
from tables.columns import only_value
from tables.row_set import RowSet
from writers.arrow_types import arrow_field, flattened
from writers.arrow_writer import ArrowWriter
from writers.flat_columns import with_key_names
from writers.table_location import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from execution.cost import CostLimit
    from execution.operation import Operation
    from execution.steps import Selection, Step
    from tables.batch import Batch
    from writers.table_location import TableLocation

# Rows of a record batch: at 35 columns, 3 MB and 20 ms as CSV.
BATCH_ROWS = 8_192
_PAGES = frozenset({"nodes", "edges"})


class TableFailedError(Exception):
    """The table cannot be computed as columns; execution as JSON finds the errors to report."""


@dataclass(slots=True)
class TableAnswer:
    """A table.

    Args:
        name: Its name: that of the root field in the response.
        columns: The fields of its columns.
        schema: Their names and types, and the units.
        row_count: Number of rows.
        total_count: Number of rows independent of the page.
        digest: Computes the digest of the selected runs; None for other rows.
        batches: Its rows in parts; one part if they are already computed.
        is_lazy: Whether the parts are computed when they are taken: they depend on the table rows alone, and cannot
            fail.
        cost: Estimated cost of the request.
    """

    name: str
    columns: Sequence[Step | TypeName]
    schema: pa.Schema
    row_count: int
    total_count: int
    digest: Callable[[], str | None]
    batches: Iterator[pa.RecordBatch]
    is_lazy: bool
    cost: int = 0


async def execute_table(
    operation: Operation,
    context: Any,  # noqa: ANN401 - any context
    given: Mapping[str, Any],
    *,
    limit: CostLimit,
    limit_of_page: CostLimit,
    is_flat: bool,
) -> TableAnswer:
    """Execute an operation as a table.

    Args:
        operation: The operation.
        context: The request's context.
        given: The variables as received.
        limit: Limit of the cost, for as many rows as the operation selects.
        limit_of_page: Limit of the cost for at most a page of rows, if further ones are computed in parts.
        is_flat: Whether the format has no nested columns.

    Raises:
        BadUserInput: The operation does not select one list.
        QueryTooComplex: The operation costs more than the limit.
        TableFailedError: A field has an error.
    """
    variables = operation.coerce(given)
    plan = None if isinstance(variables, list) else operation.plan(variables)
    if plan is None or isinstance(variables, list):
        raise TableFailedError
    location = locate(plan.roots)
    if is_flat:
        location.selection = with_key_names(location.selection, operation.engine.fields)
    schema = pa.schema(map(arrow_field, flattened(location.selection)))
    cost = (limit_of_page if _is_of_row(location) else limit).check(plan.costs, variables)
    limits = context.limits
    ceilings = Ceilings(limits.max_cost * CELLS_PER_UNIT, limits.max_answer_bytes)
    env = Env(context, variables, partial(operation.variable_values, given), ceilings)
    try:
        table = await _table(operation, location, schema, env)
    except Exception as error:
        env.abandon()
        raise TableFailedError from error
    table.cost = cost
    return table


async def _table(operation: Operation, location: TableLocation, schema: pa.Schema, env: Env) -> TableAnswer:
    selection = location.selection
    rows, parent = await location.rows(env)
    name, columns = location.path[0].name, list(flattened(selection))
    if location.has_parallel_lists:
        schema = pa.schema([each.with_type(each.type.value_type) for each in schema])
    if rows is None:
        return TableAnswer(name, columns, schema, 0, 0, lambda: None, iter(()), is_lazy=False)
    digest = partial(_of_parent, operation, location, parent, "digest", env)
    total = _of_parent(operation, location, parent, "totalCount", env) if location.path[-1].name in _PAGES else None
    if isinstance(rows, RowSet) and _is_of_row(location):
        batches = _lazy_batches(selection, rows, schema, env)
        return TableAnswer(name, columns, schema, len(rows), total or len(rows), digest, batches, is_lazy=True)
    results = run_selection(selection, rows, env)
    await env.settle()
    arrays = ArrowWriter().columns(selection, results, len(rows), env)
    if location.has_parallel_lists:
        arrays = _parallel(columns, arrays)
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    env.ceilings.add_bytes(batch.nbytes)
    count = batch.num_rows
    return TableAnswer(name, columns, schema, count, total or count, digest, iter([batch]), is_lazy=False)


def _lazy_batches(selection: Selection, rows: RowSet, schema: pa.Schema, env: Env) -> Iterator[pa.RecordBatch]:
    writer = ArrowWriter()
    for start in range(0, len(rows), BATCH_ROWS):
        part = RowSet(rows.table, rows.indices[start : start + BATCH_ROWS])
        counted = replace(env, ceilings=Ceilings())  # the number of rows is limited instead
        arrays = writer.columns(selection, run_selection(selection, part, counted), len(part), counted)
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _is_of_row(location: TableLocation) -> bool:
    """Return whether all columns depend on the table row alone."""
    return not location.has_parallel_lists and all(
        isinstance(child, Block | TypeName) or (child.field.of_row and child.field.is_leaf and child.fixed)
        for _, child in location.selection
    )


def _of_parent(operation: Operation, location: TableLocation, parent: Batch | None, name: str, env: Env) -> Any:  # noqa: ANN401
    """Return a field of the object around the table; None if its type has no such field."""
    if parent is None or len(location.path) == 1:
        return None
    field = operation.engine.fields.get(location.path[-2].field.named, name)
    if field is None:
        return None
    return only_value(field.call({}, parent, env))


def _parallel(columns: Sequence[Step | TypeName], lists: Sequence[pa.Array]) -> list[pa.Array]:
    """Return the items of lists of one object.

    Raises:
        NotColumnarError: The lists have different lengths.
    """
    arrays = [each.flatten() for each in lists]
    if len(set(map(len, arrays))) > 1:
        lengths = ", ".join(f"{column.name} {len(array)}" for column, array in zip(columns, arrays, strict=True))
        raise NotColumnarError(f"lists of different lengths: {lengths}")
    return arrays
