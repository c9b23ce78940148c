"""Row-by-row execution by graphql-core: the reference semantics, for fields that cannot be completed as columns."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import ExecutionResult, GraphQLError, is_enum_type, is_non_null_type, located_error

from errors import QueryTooComplex
from execution.graphql_core import Path, collect_fields
from execution.strawberry_internals import StrawberryGraphQLCoreExecutionContext
from tables.columns import COLUMNS, only_value

if TYPE_CHECKING:
    from graphql import GraphQLLeafType, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo

    from execution.graphql_core import FieldDetailsList
    from execution.steps import RootStep

Value: TypeAlias = Any  # untyped in graphql-core's signatures


class Namespace:
    """The value of a field that nests the root fields, which resolve below it as at the root."""


NAMESPACE_VALUE = Namespace()


class RowByRowExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes fields with graphql-core; a column of one row stands for its only value.

    Attributes:
        refusal: The error that refuses the whole request, or None.
        known: Errors about arguments by the id of the field's node; these fields are not resolved again for each row.
    """

    def __init__(self, *arguments: Value, **options: Value) -> None:
        super().__init__(*arguments, **options)
        self.refusal: GraphQLError | None = None
        self.known: dict[int, Exception] = {}

    @property
    def errors(self) -> list[GraphQLError]:
        """All collected errors; only the refusal of a request that is refused."""
        return self.collected_errors.errors if self.refusal is None else [self.refusal]

    def execute_root(self, root: RootStep) -> Value:
        """Return the value, or an awaitable of it, of a field of the root or a namespace.

        Raises:
            GraphQLError: An error nulls the object around the field.
        """
        return self.execute_field(root.parent, None, self._details(root), _path(root), None)

    def fail_root(self, root: RootStep, error: Exception) -> None:
        """Collect an error of a field of the root or a namespace, whose value becomes null.

        Raises:
            GraphQLError: The field is non-null.
        """
        self._fail(root.parent, self._details(root), _path(root), error)

    def fail_item(self, root: RootStep, position: int, error: Exception) -> None:
        """Collect an error of one item of a root field's list; the item is null."""
        nodes = [detail.node for detail in self._details(root)]
        self.collected_errors.errors.append(located_error(error, nodes, [*root.path, position]))

    def _fail(self, parent: GraphQLObjectType, details: FieldDetailsList, path: Path, error: Exception) -> None:
        field = self.schema.get_field(parent, details[0].node.name.value)
        assert field is not None  # noqa: S101 - for the type checker: validation found it
        self.handle_field_error(error, field.type, details, path)

    def _details(self, root: RootStep) -> FieldDetailsList:
        """Return the nodes of a field in the document."""
        query = self.schema.query_type
        assert query is not None  # noqa: S101 - for the type checker: every schema has one
        collected = collect_fields(self.schema, self.fragments, self.variable_values, query, self.operation)
        for name in root.path[:-1]:
            collected = self.collect_subfields(root.parent, collected.grouped_field_set[name])
        return collected.grouped_field_set[root.path[-1]]

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Value,
        field_details_list: FieldDetailsList,
        path: Path,
        position_context: Value,
    ) -> Value:
        """Execute a field; in a namespace it has no source, as at the root."""
        source = None if source is NAMESPACE_VALUE else source
        error = self.known.get(id(field_details_list[0].node)) if self.known else None
        if error is None:
            return super().execute_field(parent_type, source, field_details_list, path, position_context)
        self._fail(parent_type, field_details_list, path, error)
        return None

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Value,
        position_context: Value,
    ) -> Value:
        """Complete a value; a column of one row is first replaced by its only value."""
        if isinstance(result, COLUMNS) and not is_non_null_type(return_type):
            result = only_value(result)
            if is_enum_type(return_type) and isinstance(result, str):  # from a table's column
                result = return_type.values[result].value
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    @staticmethod
    def complete_leaf_value(return_type: GraphQLLeafType, result: Value) -> Value:
        """Complete a leaf; a non-finite float becomes null, as in a column."""
        if isinstance(result, float) and not isfinite(result):
            return None
        return StrawberryGraphQLCoreExecutionContext.complete_leaf_value(return_type, result)

    def handle_field_error(
        self, raw_error: Exception, return_type: GraphQLOutputType, field_details_list: FieldDetailsList, path: Path
    ) -> None:
        """Handle an error; remember one that refuses the whole request."""
        if self.refusal is None and isinstance(raw_error, QueryTooComplex):
            self.refusal = located_error(raw_error, [detail.node for detail in field_details_list], path.as_list())
        super().handle_field_error(raw_error, return_type, field_details_list, path)

    def build_response(self, data: dict[str, Any] | None) -> Value:
        """Build the response; a refused request has no data and only the error of its refusal."""
        response = super().build_response(data)
        return response if self.refusal is None else ExecutionResult(None, [self.refusal])


def _path(root: RootStep) -> Path:
    path = Path(None, root.path[0], root.parent.name)
    for name in root.path[1:]:
        path = Path(path, name, root.parent.name)
    return path
