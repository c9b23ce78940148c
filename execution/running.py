"""Runs steps over batches: one call per field and level; the result is a tree of columns for a writer."""

from __future__ import annotations

from asyncio import TaskGroup
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa

from errors import ClientError, QueryTooComplex
from execution.ceilings import Ceilings
from execution.leaves import NotColumnarError, leaf_column, leaf_value
from execution.steps import Block, Step
from tables.batch import Batch, ListColumn, MixedListColumn, MixedPart, ObjectBatch, ObjectColumn, OptionalColumn
from tables.columns import COLUMNS
from tables.later import Later, together
from tables.relations import Grouped, offsets_of
from tables.row_set import RowSet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from numpy.typing import NDArray

    from execution.graphql_core import VariableValues
    from execution.steps import Selection


@dataclass(slots=True)
class Level:
    """The objects that a step returns for its parents."""

    items: Batch  # of all parents
    fields: Sequence[Result]  # for these objects, one result per child of the selection
    offsets: NDArray[np.int64] | None = None  # bounds of each parent's list; None if a parent has at most one object
    present: NDArray[np.bool_] | None = None  # whether each parent has an object or a list; None if all have


@dataclass(slots=True)
class PerParent:
    """One result of a single row per parent; None for null."""

    rows: Sequence[Result]


@dataclass(slots=True)
class Mixed:
    """Objects of several types, for a single parent; null at positions outside all parts."""

    length: int | None  # of the list; None for one object
    parts: Sequence[tuple[NDArray[np.int64], str, Level]]  # positions, type name and objects of each type


@dataclass(slots=True)
class Pending:
    """A column that is being awaited; `result` is set when it is available."""

    result: Result = None


@dataclass(slots=True, eq=False)
class Slot:
    """A step below a cached template that runs for each request."""

    number: int
    step: Step
    batch: Batch | None
    count: int  # of parents


# A column of leaves, the rows of a `Block`, or one of the classes above; None for `__typename` and for null.
Leaves: TypeAlias = "TableColumn | pa.Array[Any] | NDArray[np.int64] | NDArray[np.bool_] | list[Any]"
Result: TypeAlias = "Leaves | RowSet | Level | PerParent | Mixed | Pending | Slot | None"


@dataclass(slots=True, eq=False)
class Env:
    """State of one root field of a request, shared by its steps."""

    context: Any  # for resolvers
    variables: Mapping[str, Any]  # coerced; omitted variables without a default are absent
    variable_values: Callable[[], VariableValues]  # the same for graphql-core's own functions
    ceilings: Ceilings = field(default_factory=Ceilings)  # of the request, shared by its root fields
    slots: list[Slot] | None = None  # while a template is made: steps that are not run
    pending: list[Coroutine[Any, Any, None]] = field(default_factory=list)  # set the results of `Pending` columns
    argument_errors: dict[int, ClientError] = field(default_factory=dict)  # by the id of the field's node
    item_errors: dict[int, Exception] = field(default_factory=dict)  # of the root field's list, by position

    async def settle(self) -> None:
        """Wait for the pending columns, including those that start meanwhile.

        Raises:
            QueryTooComplex: A column refuses the request.
            Exception: A column failed; the others were cancelled.
        """
        try:
            while self.pending:
                pending, self.pending = self.pending, []
                async with TaskGroup() as tasks:
                    for coroutine in pending:
                        tasks.create_task(coroutine)
        except ExceptionGroup as failed:
            refusals = [error for error in failed.exceptions if isinstance(error, QueryTooComplex)]
            raise (refusals or failed.exceptions)[0] from None

    def uncounted(self) -> Env:
        """Return an environment for fields whose cells and bytes are not counted."""
        return Env(self.context, self.variables, self.variable_values)

    def abandon(self) -> None:
        """Close the coroutines that will not be awaited."""
        for coroutine in self.pending:
            coroutine.close()
        self.pending.clear()


def run(step: Step, batch: Batch | None, count: int, env: Env) -> Result:
    """Run a step for all its parents.

    Args:
        step: The step.
        batch: The parents; None at the root.
        count: Number of parents; 1 at the root.
        env: State of the root field.

    Raises:
        NotColumnarError: The root field must be executed row by row.
        Exception: Any error of a resolver.
    """
    if env.slots is not None and not step.fixed:
        slot = Slot(len(env.slots), step, batch, count)
        env.slots.append(slot)
        return slot
    if step.field.is_async:
        return _await(step, batch, count, env)
    if type(batch) is ObjectBatch:  # its resolvers take one object at a time
        return _complete_each(step, [step.resolve(value, env) for value in batch.values], env)
    return _complete(step, step.resolve(batch, env), count, env)


def run_selection(selection: Selection, batch: Batch, env: Env) -> list[Result]:
    """Run each field of a level for its objects.

    Raises:
        QueryTooComplex: The request has too many cells; the levels below are not computed.
    """
    count = len(batch)
    ceilings = env.ceilings
    ceilings.cells_left -= count * len(selection)
    if ceilings.cells_left < 0:
        raise ceilings.too_many_cells()
    results: list[Result] = []
    for _, child in selection:
        if type(child) is Step:
            results.append(run(child, batch, count, env))
        else:
            results.append(_rows(child, batch, env) if type(child) is Block else None)
    return results


def _rows(block: Block, batch: Batch, env: Env) -> RowSet:
    if not isinstance(batch, RowSet):
        raise NotColumnarError("rows")
    ceilings = env.ceilings
    ceilings.cells_left -= len(batch.indices) * (block.width - 1)
    if ceilings.cells_left < 0:
        raise ceilings.too_many_cells()
    return batch


def _complete(  # noqa: PLR0911 - one return per kind of column
    step: Step,
    column: Any,  # noqa: ANN401 - a column, or an ordinary value
    count: int,
    env: Env,
) -> Result:
    is_list = step.field.is_list
    match column:
        case Batch() if not is_list:
            return Level(column, run_selection(step.selection, column, env))
        case Grouped() | ListColumn() if is_list:
            items = column.items
            return Level(items, run_selection(step.selection, items, env), column.offsets)
        case TableColumn() | pa.Array():
            return leaf_column(column, step.field.type)
        case np.ndarray():
            return column
        case ObjectColumn(values):
            return _complete_each(step, values, env)
        case OptionalColumn(present, items) if not is_list:
            if step.field.is_required and not present.all():
                raise NotColumnarError("null")
            return Level(items, run_selection(step.selection, items, env), None, present)
        case MixedListColumn() | MixedPart():
            return _mixed(step, column, env)
        case _ if count == 1 and not isinstance(column, COLUMNS):
            return _complete_each(step, [column], env)
        case _:
            raise NotColumnarError("column")


def _complete_each(step: Step, values: Sequence[Any], env: Env) -> Result:
    """Complete one value per parent: a Python value, or a column of a single row."""
    for value in values:
        if isinstance(value, BaseException):
            raise value  # row-by-row execution reports the row
    if any(isinstance(value, COLUMNS) for value in values):
        rows = [None if value is None else _complete(step, value, 1, env) for value in values]
        return PerParent(_non_null(step, rows))
    if step.field.is_leaf:
        return [leaf_value(value, step.field.type) for value in values]
    _non_null(step, values)
    present = np.array([value is not None for value in values], np.bool_)
    if not present.any():
        return PerParent([None] * len(values))
    some = None if present.all() else present
    if not step.field.is_list:
        items = ObjectBatch([value for value in values if value is not None])
        return Level(items, run_selection(step.selection, items, env), None, some)
    items = ObjectBatch([item for value in values if value is not None for item in value])
    if any(item is None for item in items.values):
        raise NotColumnarError("null")
    offsets = offsets_of(np.array([0 if value is None else len(value) for value in values], np.int64))
    return Level(items, run_selection(step.selection, items, env), offsets, some)


def _non_null(step: Step, values: Sequence[Any]) -> Sequence[Any]:
    if step.field.is_required and any(value is None for value in values):
        raise NotColumnarError("null")
    return values


def _mixed(step: Step, column: MixedListColumn | MixedPart, env: Env) -> Mixed:
    if isinstance(column, MixedPart):
        return Mixed(None, [_part(step, column, env)])
    env.item_errors.update(column.errors)
    return Mixed(column.length, [_part(step, part, env) for part in column.parts])


def _part(step: Step, part: MixedPart, env: Env) -> tuple[NDArray[np.int64], str, Level]:
    items = ObjectBatch(part.items.values) if isinstance(part.items, ObjectColumn) else part.items
    return part.positions, part.type_name, Level(items, run_selection(step.selections[part.type_name], items, env))


def _await(step: Step, batch: Batch | None, count: int, env: Env) -> Result:
    """Run a step whose column may have to be awaited; any error is raised with those of the awaited columns."""
    column = _started(step, batch, env)
    if not isinstance(column, Later):
        # Without the three tasks of an awaited column, which take 30 µs.
        try:
            return _complete(step, column, count, env)
        except Exception as error:  # noqa: BLE001 - raised when it is awaited
            env.pending.append(_raise(error))
            return Pending()
    pending = Pending()

    async def deliver() -> None:
        try:
            awaited = await column
        except ClientError as error:
            # The arguments are the same for every row: row-by-row execution reports the error without a second call.
            env.argument_errors[id(step.node)] = error
            raise
        pending.result = _complete(step, awaited, count, env)

    env.pending.append(deliver())
    return pending


def _started(step: Step, batch: Batch | None, env: Env) -> Any:  # noqa: ANN401 - any column, or a `Later` of one
    """Resolve a step; an error is raised when it is awaited, or is the value of its object in an `ObjectBatch`."""
    if type(batch) is not ObjectBatch:
        try:
            return step.resolve(batch, env)
        except Exception as error:  # noqa: BLE001 - as above
            return Later(partial(_raise, error))
    values: list[Any] = []
    for value in batch.values:
        try:
            values.append(step.resolve(value, env))
        except Exception as error:  # noqa: BLE001 - `_complete_each` raises it
            values.append(error)
    return together(values)


async def _raise(error: Exception) -> None:
    raise error
