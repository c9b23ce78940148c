"""The columnar executor: completes a level of rows with one call per field, where GraphQL says one per row and field.

It stands in graphql-core's executor at the one place where values are completed. What a resolver returned as a column
(`tables/batch.py`) is completed for all rows at once; everything else, and anything that goes wrong in a column, takes
graphql-core's own path row by row, so that errors, nulls and paths are what the specification says.
"""

from __future__ import annotations

from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa
from graphql import (
    ExecutionResult,
    GraphQLError,
    default_field_resolver,
    default_type_resolver,
    is_enum_type,
    is_non_null_type,
)
from graphql.error import located_error
from graphql.execution.collect_fields import FragmentDetails
from graphql.pyutils import is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from errors import QueryTooComplex
from execution.finite import with_finite_floats
from execution.place import Place
from execution.plan import COLUMNS, Plan
from execution.planned_fields import Planner
from execution.python_values import PythonWriter
from execution.selection import Selection
from execution.skeletons import KeptText
from tables.batch import Batch, Lists, Maybe, MixedList, PerRow
from tables.relations import Grouped
from tables.row_set import TableColumn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from graphql import GraphQLLeafType, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo
    from graphql.execution.collect_fields import FieldDetailsList
    from graphql.pyutils import Path

    from execution.json_text import JsonWriter
    from execution.kept_columns import KeptColumns
    from execution.nodes import Node
    from execution.plan import Key
    from execution.planned_fields import NewInfo

_COLUMNS = (*COLUMNS, PerRow)


class Namespace:
    """The value of a field that nests the fields of the root: they resolve below it as they do at the root."""


NAMESPACE = Namespace()


class RowByRowExecutor(StrawberryGraphQLCoreExecutionContext):
    """Completes columns of one row through graphql-core: the meaning of the schema, without any speed."""

    refusal: GraphQLError | None = None

    @cached_property
    def plan(self) -> Plan:
        """What is known of the operation; made for this execution alone, where nobody has kept one."""
        return Plan(Planner(self.schema), self.operation, self.fragment_definitions, levels={})

    @classmethod
    def follow(cls, plan: Plan, context: object, given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a result, or what it will be awaited of
        """Execute the operation of a plan: what graphql-core's `execute` does, without what the plan knows already.

        Args:
            plan: The plan.
            context: The request's context.
            given: The variables as the client gave them.
        """
        variables = plan.variable_values(given)
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        executor = cls(
            plan.schema,
            plan.fragments,
            {name: FragmentDetails(node) for name, node in plan.fragments.items()},
            None,
            context,
            plan.operation,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
        )
        executor.plan = plan
        result = executor.execute_operation()
        if isinstance(result, ExecutionResult):
            # They lead back here: nothing of the request would be freed until the collector finds it.
            executor.async_helpers = None  # type: ignore[assignment] # nobody asks for them any more
        return result

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401 - graphql-core's signature
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Execute a field as graphql-core does; in a namespace it has no source, as at the root."""
        source = None if source is NAMESPACE else source
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401 - graphql-core's signature
        position_context: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Complete a value; a column of one row counts as its only value."""
        if isinstance(result, _COLUMNS) and not is_non_null_type(return_type):
            result = _only_value(result, return_type)
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    @staticmethod
    def complete_leaf_value(return_type: GraphQLLeafType, result: Any) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Complete a leaf as graphql-core does; a float that is not finite is null, as it is in a column."""
        if isinstance(result, float) and not isfinite(result):
            return None
        return StrawberryGraphQLCoreExecutionContext.complete_leaf_value(return_type, result)

    def handle_field_error(
        self,
        raw_error: Exception,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        path: Path,
    ) -> None:
        """Handle an error as graphql-core does; one that refuses the request is kept to stand for the answer."""
        if self.refusal is None and isinstance(raw_error, QueryTooComplex):
            self.refusal = located_error(raw_error, [detail.node for detail in field_details_list], path.as_list())
        super().handle_field_error(raw_error, return_type, field_details_list, path)

    def build_response(self, data: dict[str, Any] | None) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Build the response; a refused request has no data and the one error that says why."""
        response = super().build_response(data)
        return response if self.refusal is None else ExecutionResult(None, [self.refusal])


class ColumnarExecutor(RowByRowExecutor):
    """Completes columns as columns, and writes them as the request's context wants them: JSON text or Python values."""

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: ANN401, FBT001 - graphql-core's signature
        """Execute the operation; what is selected of the root is collected once, where no variable decides it."""
        root = self.plan.root(self.variable_values)
        if root is None:
            return super().execute_operation(serially)
        try:
            data = self.execute_fields(root[0], self.root_value, None, root[1], None)
        except GraphQLError as error:
            return self._nulled(error)
        return self._delivered(data) if is_awaitable(data) else self.build_response(cast("dict[str, Any]", data))

    async def _delivered(self, data: Awaitable[dict[str, Any]]) -> Any:  # noqa: ANN401 - a result
        try:
            return self.build_response(await data)
        except GraphQLError as error:
            return self._nulled(error)

    def _nulled(self, error: GraphQLError) -> Any:  # noqa: ANN401 - a result
        self.collected_errors.add(error, None)
        return self.build_response(None)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,  # noqa: ANN401 - graphql-core's signature
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Resolve and complete a field of the root as planned; any other, and what takes time, as graphql-core does."""
        source = None if source is NAMESPACE else source
        planned = self.plan.field(parent_type, field_details_list) if source is None else None
        if planned is None or planned.definition.is_async:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        kind = planned.field.type

        def new_info() -> GraphQLResolveInfo[Any]:
            return self.build_resolve_info(planned.field, [each.node for each in field_details_list], parent_type, path)

        try:
            column, key = self.plan.column(planned, self.context_value, source, (), new_info, self.variable_values)
            completed = self._completed(kind, field_details_list, new_info, path, column, position_context, key=key)
        except Exception as error:  # noqa: BLE001 - any error of a field is that field's
            self.handle_field_error(error, kind, field_details_list, path)
            return None
        if not is_awaitable(completed):
            return completed

        async def delivered() -> Any:  # noqa: ANN401 - as above
            try:
                return await completed
            except Exception as error:  # noqa: BLE001 - as above
                self.handle_field_error(error, kind, field_details_list, path)
                return None

        return delivered()

    def collect_and_execute_subfields(
        self,
        return_type: GraphQLObjectType,
        field_details_list: FieldDetailsList,
        path: Path,
        result: Any,  # noqa: ANN401 - graphql-core's signature
        position_context: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Execute the fields of an object; those of a namespace are collected once per document, as the root's are."""
        if result is NAMESPACE:
            fields = self.plan.namespace(return_type, field_details_list, self.collect_subfields)
            if fields is not None:
                return self.execute_fields(return_type, result, path, fields, None)
        return super().collect_and_execute_subfields(return_type, field_details_list, path, result, position_context)

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,  # noqa: ANN401 - graphql-core's signature
        position_context: Any,  # noqa: ANN401 - graphql-core's signature
    ) -> Any:  # noqa: ANN401 - graphql-core's signature
        """Complete a column whole, or anything else as graphql-core does."""
        return self._completed(return_type, field_details_list, lambda: info, path, result, position_context, key=None)

    def _completed(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        new_info: NewInfo,
        path: Path,
        result: Any,  # noqa: ANN401 - as above
        position_context: Any,  # noqa: ANN401 - as above
        *,
        key: Key | None,
    ) -> Any:  # noqa: ANN401 - as above
        def row_by_row() -> Any:  # noqa: ANN401 - graphql-core's signature
            return super(ColumnarExecutor, self).complete_value(
                return_type, field_details_list, new_info(), path, result, position_context
            )

        if not isinstance(result, COLUMNS) or _is_null(result):
            return row_by_row()  # a null must be seen as one, where a field or a row above may not be null
        selection = Selection(self, self.plan)
        text = self._kept_text(key, path)
        try:
            if text is not None and text.skeleton is not None:
                node: Node = selection.fill(text.skeleton)
            else:
                place = Place(None, path, "", "")
                node = selection.complete(return_type, field_details_list, place, new_info, result, key=key)
        except (QueryTooComplex, RecursionError):  # row by row nests deeper still
            selection.abandon()
            raise
        except Exception:  # noqa: BLE001 - the row-by-row path meets it again; an error at the same path counts once
            selection.abandon()
            return row_by_row()

        if not selection.pending:
            return self._written(node, text)

        async def delivered() -> Any:  # noqa: ANN401 - what the writer gives
            try:
                await selection.settle()
            except (QueryTooComplex, RecursionError):
                raise
            except Exception:  # noqa: BLE001 - as above
                completed = row_by_row()
                return await completed if is_awaitable(completed) else completed
            return self._written(node, text)

        return delivered()

    def _kept_text(self, key: Key | None, path: Path) -> KeptText | None:
        """Return where the text around a kept column of the root is kept; None where there is no such text."""
        context = self.context_value
        kept: KeptColumns | None = getattr(context, "kept", None)
        # With directives, variables decide what is selected; Python values have no text.
        if key is None or kept is None or self.plan.levels is None or getattr(context, "writer", None) is None:
            return None
        return KeptText(kept, (self.plan.number, path.key if path.prev is None else tuple(path.as_list())))

    def _written(self, node: Node, text: KeptText | None) -> Any:  # noqa: ANN401 - JSON text or Python values
        """Write a resolved field as the context wants it."""
        writer: JsonWriter | None = getattr(self.context_value, "writer", None)
        return PythonWriter().finish(node) if writer is None else writer.finish(node, text)


def _is_null(column: Any) -> bool:  # noqa: ANN401 - any column
    """Say whether a column of one row is a leaf's and holds nothing."""
    return isinstance(column, TableColumn | pa.Array) and bool(_array(column).null_count)


def _array(column: TableColumn | pa.Array[Any] | np.ndarray[Any, Any]) -> Any:  # noqa: ANN401 - an array of either kind
    """Return the values of a column of leaves; what was computed may have overflowed, and is null there."""
    if isinstance(column, TableColumn):
        return column.array()
    return with_finite_floats(column) if isinstance(column, pa.Array) else column


def _only_value(  # noqa: PLR0911 - one return per kind of column
    column: Any,  # noqa: ANN401 - any column
    return_type: GraphQLOutputType,
) -> Any:  # noqa: ANN401 - any value
    """Return what graphql-core is to see in place of a column of one row."""
    match column:
        case PerRow(values):
            return values[0]
        case MixedList():
            return column.values()
        case Lists() | Grouped():
            items = column.items
            return [items.take(np.array([position], np.int64)) for position in range(len(items))]
        case Maybe(present, items):
            return items if present[0] else None
        case Batch():
            return column
        case _:
            value = _array(column)[:1].tolist()[0]
            if is_enum_type(return_type) and value is not None:
                return return_type.values[value].value
            return value
