"""One pass over a selection: each level's fields are resolved once for all its rows, into a tree of columns."""

from __future__ import annotations

from asyncio import TaskGroup
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, is_non_null_type
from graphql.pyutils import is_awaitable

from errors import ClientError, QueryTooComplex
from execution.finite import with_finite_floats
from execution.levels import Neighbours, fields_of_level
from execution.nodes import (
    CompletedNode,
    ConstantNode,
    FilledNode,
    LeafNode,
    ListNode,
    MaybeNode,
    MixedNode,
    ObjectNode,
    Opening,
    OpenNode,
    PendingNode,
    RowsNode,
)
from execution.plan import COLUMNS
from tables.batch import Batch, Lists, Maybe, MixedList, PerRow
from tables.relations import Grouped
from tables.row_set import RowSet, TableColumn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Coroutine

    from graphql import GraphQLOutputType, GraphQLResolveInfo
    from graphql.execution import Executor
    from graphql.execution.collect_fields import FieldDetailsList
    from graphql.pyutils import Path

    from execution.levels import LevelField
    from execution.nodes import Node
    from execution.place import Place
    from execution.plan import Key, Plan
    from execution.planned_fields import NewInfo
    from execution.skeletons import Skeleton


class NotColumnarError(Exception):
    """A column cannot be completed as one; the row-by-row path says what is wrong with which row."""


class Selection:
    """The completion of one column and of all that is selected below it.

    Args:
        executor: The execution it belongs to.
        plan: What is known of the operation.
    """

    def __init__(self, executor: Executor[Any], plan: Plan) -> None:
        self._executor = executor
        self._plan = plan
        self.pending: list[Coroutine[Any, Any, None]] = []
        self._opened: list[Awaitable[Any]] = []

    def complete(  # noqa: PLR0911 - one return per kind of column
        self,
        return_type: GraphQLOutputType,
        details: FieldDetailsList,
        place: Place,
        new_info: NewInfo,
        column: Any,  # noqa: ANN401 - any of the columns of tables/batch.py
        *,
        key: Key | None = None,
    ) -> Node:
        """Complete one field of a level, for all its rows.

        Args:
            return_type: The field's type.
            details: The field in the document.
            place: Its place in the answer.
            new_info: Makes what its resolver is told.
            column: What its resolver gave.
            key: What the column is kept under; None if it is not.
        """
        required = is_non_null_type(return_type)
        inner = return_type.of_type if isinstance(return_type, GraphQLNonNull) else return_type
        match column:
            case TableColumn() | pa.Array():
                return _leaf(inner, column, required=required)
            case np.ndarray():
                return LeafNode(column)
            case Lists() | Grouped() if isinstance(inner, GraphQLList):
                item = inner.of_type.of_type if isinstance(inner.of_type, GraphQLNonNull) else inner.of_type
                items = place.items(column.offsets)
                return ListNode(column.offsets, self._objects(item, details, items, column.items, key=key))
            case Batch() if isinstance(inner, GraphQLObjectType):
                return self._objects(inner, details, place, column, key=key)
            case Maybe() if isinstance(inner, GraphQLObjectType) and (not required or column.present.all()):
                objects = place.within_rows(np.flatnonzero(column.present))
                return MaybeNode(column.present, self._objects(inner, details, objects, column.items, key=key))
            case MixedList() if isinstance(inner, GraphQLList):
                return self._mixed(inner.of_type, details, place, column)
            case PerRow() if not required:
                return self._per_row(return_type, details, place, new_info(), column)
            case _:
                raise NotColumnarError

    def fill(self, skeleton: Skeleton) -> FilledNode:
        """Resolve what is open in a kept column."""
        fields = [
            self._field(each.object_type, each.field, each.place, each.batch, key=each.key)
            for each in skeleton.openings
        ]
        return FilledNode(skeleton, fields)

    async def settle(self) -> None:
        """Wait for the asynchronous columns, and for those that they bring.

        Raises:
            QueryTooComplex: One of them refuses the request.
            Exception: One of them failed; the others were given up.
        """
        try:
            while self.pending:
                waiting, self.pending = self.pending, []
                async with TaskGroup() as tasks:
                    for coroutine in waiting:
                        tasks.create_task(coroutine)
        except ExceptionGroup as failed:
            self.abandon()
            refusals = [error for error in failed.exceptions if isinstance(error, QueryTooComplex)]
            raise (refusals or failed.exceptions)[0] from None

    def abandon(self) -> None:
        """Close what was begun and will not be waited for."""
        for awaitable in (*self.pending, *self._opened):
            if iscoroutine(awaitable):
                awaitable.close()
        self.pending.clear()
        self._opened.clear()

    def _objects(
        self, object_type: GraphQLObjectType, details: FieldDetailsList, place: Place, batch: Batch, *, key: Key | None
    ) -> ObjectNode:
        """Complete a level: each field once; neighbours that depend on the row alone are kept together."""
        level = fields_of_level(self._executor, self._plan, object_type, details)
        if not isinstance(batch, RowSet):
            fields = [(each.name, self._field(object_type, each, place, batch, key=key)) for each in level.fields]
            return ObjectNode(len(batch), fields)
        parts = [
            ("", self._rows_node(object_type, each, place, batch))
            if isinstance(each, Neighbours)
            else (each.name, self._field(object_type, each, place, batch, key=key))
            for each in level.parts
        ]
        return ObjectNode(len(batch), parts)

    def _mixed(
        self, item_type: GraphQLOutputType, details: FieldDetailsList, place: Place, column: MixedList
    ) -> MixedNode:
        """Complete a list of objects of several types: the level of each type once."""
        parts = []
        for part in column.parts:
            object_type, items = self._executor.schema.type_map.get(part.type_name), part.items
            if not isinstance(items, Batch) or not isinstance(object_type, GraphQLObjectType):
                raise NotColumnarError
            objects = self._objects(object_type, details, place.at(part.positions), items, key=None)
            parts.append((part.positions, objects))
        # Last, as a level that cannot be completed as columns is left to the row-by-row path, which reports them too.
        for position, error in column.errors.items():
            self._executor.handle_field_error(error, item_type, details, place.first.add_key(position))
        return MixedNode(column.length, parts)

    def _rows_node(
        self, object_type: GraphQLObjectType, neighbours: Neighbours, place: Place, rows: RowSet
    ) -> RowsNode:
        def resolve(wanted: RowSet) -> ObjectNode:
            fields = [(each.name, self._row_field(object_type, each, place, wanted)) for each in neighbours.fields]
            return ObjectNode(len(wanted), fields)

        return RowsNode(rows, neighbours.signature, resolve)

    def _row_field(self, object_type: GraphQLObjectType, field: LevelField, place: Place, rows: RowSet) -> Node:
        if field.column is None or field.kind is None:
            return self._field(object_type, field, place, rows)
        inner = field.kind.of_type if isinstance(field.kind, GraphQLNonNull) else field.kind
        leaf = _leaf(inner, rows.column(field.column), required=isinstance(field.kind, GraphQLNonNull))
        return LeafNode(leaf.column, unaliased=field.details[0].node.alias is None)

    def _field(
        self,
        object_type: GraphQLObjectType,
        selected: LevelField,
        place: Place,
        batch: Batch,
        *,
        key: Key | None = None,
    ) -> Node:
        """Resolve one field for all rows of a level, and complete what it gives."""
        executor, name, details = self._executor, selected.name, selected.details
        node = details[0].node
        if node.name.value == "__typename":
            return ConstantNode(object_type.name)
        planned = self._plan.field(object_type, details)
        if planned is None:
            raise NotColumnarError
        here = place.child(name, object_type.name)
        field = planned.field

        def new_info() -> GraphQLResolveInfo[Any]:
            return executor.build_resolve_info(field, [detail.node for detail in details], object_type, here.first)

        column, own_key = self._plan.column(
            planned, executor.context_value, batch, key, new_info, executor.variable_values
        )
        completed: Node
        if not isinstance(column, COLUMNS) and is_awaitable(column):
            completed = self._awaited(field.type, details, here, new_info, column, len(batch))
        else:
            completed = self.complete(field.type, details, here, new_info, column, key=own_key)
        if key is None or own_key is not None:
            return completed
        return OpenNode(Opening(object_type, selected, place, batch, key), completed)

    def _awaited(
        self,
        return_type: GraphQLOutputType,
        details: FieldDetailsList,
        place: Place,
        new_info: NewInfo,
        awaited: Awaitable[Any],
        count: int,
    ) -> PendingNode:
        node = PendingNode()

        async def deliver() -> None:
            try:
                column = await awaited
            except QueryTooComplex:
                raise
            except ClientError as error:
                # What a client asks wrongly of a field, it asks of every row: no need to ask each again.
                if is_non_null_type(return_type):
                    raise
                column = PerRow([error] * count)
            node.node = self.complete(return_type, details, place, new_info, column)

        self._opened.append(awaited)
        self.pending.append(deliver())
        return node

    def _per_row(
        self,
        return_type: GraphQLOutputType,
        details: FieldDetailsList,
        place: Place,
        info: GraphQLResolveInfo[Any],
        column: PerRow,
    ) -> CompletedNode:
        """Complete ordinary values through graphql-core, each at its own path and with its own error."""
        executor = self._executor
        completed: list[Any] = [None] * len(column)

        async def await_value(row: int, path: Path, value: Awaitable[Any]) -> None:
            try:
                completed[row] = await value
            except Exception as error:  # noqa: BLE001 - any error of a nullable field is that field's
                executor.handle_field_error(error, return_type, details, path)

        for row, value in enumerate(column.values):
            path = place.path(row)
            try:
                result = executor.complete_value(return_type, details, info._replace(path=path), path, value, None)
            except Exception as error:  # noqa: BLE001 - any error of a nullable field is that field's
                executor.handle_field_error(error, return_type, details, path)
                continue
            if is_awaitable(result):
                self._opened.append(result)
                self.pending.append(await_value(row, path, result))
            else:
                completed[row] = result
        return CompletedNode(completed)


def _leaf(inner: GraphQLOutputType, column: TableColumn | pa.Array[Any], *, required: bool) -> LeafNode:
    if isinstance(column, TableColumn):
        # The whole column is looked at first: it knows its nulls, and mostly has none.
        whole = column.rows.table.columns[column.name]
        forbidden = _has_forbidden_null(whole, inner, required=required) and _has_forbidden_null(
            column.array(), inner, required=required
        )
    else:
        # The columns of a table were checked when it was loaded; a computed one may have overflowed.
        column = with_finite_floats(column)
        forbidden = _has_forbidden_null(column, inner, required=required)
    if forbidden:
        raise NotColumnarError
    return LeafNode(column)


def _has_forbidden_null(array: pa.Array[Any], inner: GraphQLOutputType, *, required: bool) -> bool:
    if required and array.null_count:
        return True
    items_required = isinstance(inner, GraphQLList) and is_non_null_type(inner.of_type)
    return items_required and array.flatten().null_count > 0
