"""Row-by-row execution by graphql-core: the reference semantics, for fields that cannot be completed as columns."""

from __future__ import annotations

import sys
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeAlias

from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLString,
    is_enum_type,
    is_non_null_type,
    located_error,
)

from errors import QueryTooComplex
from execution.bounded_errors import BoundedErrors
from execution.graphql_core import Path, collect_fields
from execution.leaves import NotColumnarError, are_numbers
from execution.strawberry_internals import StrawberryGraphQLCoreExecutionContext, definition_of
from tables.columns import COLUMNS, only_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphql import GraphQLLeafType, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo

    from execution.graphql_core import FieldDetailsList
    from execution.steps import RootStep

Value: TypeAlias = Any  # untyped in graphql-core's signatures


class Namespace:
    """The value of a field that nests the root fields, which resolve below it as at the root."""


NAMESPACE_VALUE = Namespace()

# Units of work, each about 5 µs: fields of introspection, other fields, and fields with arguments, most of which are
# views and relations.
_INTROSPECTION_UNITS = 1
_FIELD_UNITS = 3
_ARGUMENTS_UNITS = 30
_ITEMS_PER_UNIT = 2  # in a list, besides the fields of its objects
_NUMBERS_PER_UNIT = 50  # in a list of numbers, which is completed as a whole
_NULLABLE = GraphQLString  # any nullable type, for an item of a list


class ExhaustedError(Exception):
    """The request needs more row-by-row execution than a request may take; nothing handles it but the caller."""


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
        self._allowed = self._units_left = sys.maxsize
        self.bounded_errors = self.collected_errors = BoundedErrors()
        self._units: dict[tuple[str, str], int] = {}

    @property
    def errors(self) -> list[GraphQLError]:
        """The collected errors, at most 10; only the refusal of a request that is refused."""
        return self.bounded_errors.entries() if self.refusal is None else [self.refusal]

    def located(self, root: RootStep, error: Exception) -> GraphQLError:
        """Return an error of a field of the root or a namespace with the field's path and locations."""
        return located_error(error, [detail.node for detail in self._details(root)], list(root.path))

    def cause_of_exhaustion(self, failure: Exception | None, found: Sequence[GraphQLError]) -> Exception:
        """Return the error of a root field whose execution takes too long.

        That is the error for which it is executed row by row, with its path if it was found, since the client can
        correct that; without such an error, the refusal of the request.

        Args:
            failure: The exception for which it is executed row by row.
            found: The errors found before.
        """
        if found:
            return found[0]
        return self.too_long() if failure is None or isinstance(failure, NotColumnarError) else failure

    def allow(self, units: int) -> None:
        """Limit the work of the request, in units of about 5 µs."""
        self._allowed = self._units_left = units

    def execute_root(self, root: RootStep) -> Value:
        """Return the value, or an awaitable of it, of a field of the root or a namespace.

        Raises:
            GraphQLError: An error nulls the object around the field.
            ExhaustedError: It takes too long.
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
        path = _path(root).add_key(position, None)
        self.handle_field_error(error, _NULLABLE, self._details(root), path)

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
        """Execute a field; in a namespace it has no source, as at the root.

        Raises:
            ExhaustedError: The request takes too long.
        """
        name = field_details_list[0].node.name.value
        units = self._units.get((parent_type.name, name))
        if units is None:
            units = self._units[parent_type.name, name] = self._units_of(parent_type, name)
        self._spend(units)
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
        is_nullable = not is_non_null_type(return_type)
        if isinstance(result, COLUMNS) and is_nullable:
            is_complete = are_numbers(result, return_type)
            result = only_value(result)
            if is_complete and result is not None:
                self._spend(len(result) // _NUMBERS_PER_UNIT)
                return result
            if is_enum_type(return_type) and isinstance(result, str):  # from a table's column
                result = return_type.values[result].value
        if isinstance(result, (list, tuple)) and is_nullable:
            self._spend(len(result) // _ITEMS_PER_UNIT)
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
        """Handle an error; remember one that refuses the whole request.

        Raises:
            ExhaustedError: The error is of this class.
            GraphQLError: The field is non-null.
        """
        if isinstance(raw_error, ExhaustedError):
            raise raw_error
        if self.refusal is None and isinstance(raw_error, QueryTooComplex):
            self.refusal = located_error(raw_error, [detail.node for detail in field_details_list], path.as_list())
        if self.bounded_errors.is_full and not is_non_null_type(return_type):
            nodes = [detail.node for detail in field_details_list]
            self.bounded_errors.omit(raw_error, path, lambda: located_error(raw_error, nodes, path.as_list()))
        else:
            super().handle_field_error(raw_error, return_type, field_details_list, path)

    def build_response(self, data: dict[str, Any] | None) -> Value:
        """Build the response; a refused request has no data and only the error of its refusal."""
        super().build_response(data)
        return ExecutionResult(data if self.refusal is None else None, self.errors or None)

    def too_long(self) -> QueryTooComplex:
        """Return the refusal of a request that takes too long."""
        return QueryTooComplex(
            "Introspection, and fields that are executed one object at a time, take at least "
            f"{self._allowed - self._units_left} units of work; allowed: at most {self._allowed}. "
            "Request fewer fields or objects.",
            limit="row_by_row",
            requested=self._allowed - self._units_left,
            allowed=self._allowed,
        )

    def _units_of(self, parent: GraphQLObjectType, name: str) -> int:
        field = self.schema.get_field(parent, name)
        if field is None or definition_of(field) is None:
            return _INTROSPECTION_UNITS
        return _ARGUMENTS_UNITS if field.args else _FIELD_UNITS

    def _spend(self, units: int) -> None:
        self._units_left -= units
        if self._units_left < 0:
            raise ExhaustedError


def _path(root: RootStep) -> Path:
    path = Path(None, root.path[0], root.parent.name)
    for name in root.path[1:]:
        path = Path(path, name, root.parent.name)
    return path
