"""Assumptions about private parts of graphql-core and Strawberry; each test checks one of them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
import strawberry
from graphql import ExecutionResult, FieldNode, GraphQLError, OperationDefinitionNode, parse
from graphql.execution import Executor

from execution.graphql_core import (
    FragmentDetails,
    coerce_default_value,
    collect_fields,
    get_argument_values,
    get_variable_signature,
    get_variable_values,
)
from execution.row_by_row import RowByRowExecutor
from execution.strawberry_internals import (
    StrawberryField,
    StrawberryGraphQLCoreExecutionContext,
    core_schema,
    definition_of,
    set_input_reader,
    strawberry_schema,
)
from schema.build import build_schema

if TYPE_CHECKING:
    from graphql import GraphQLSchema


@strawberry.input
class Given:
    """An input."""

    value: int


@strawberry.type
class Query:
    """A field with a resolver without parent, one without a resolver, and one with an input."""

    plain: int = 3

    @strawberry.field
    @staticmethod
    async def awaited(info: strawberry.Info, first: int = 2) -> int | None:
        """Return the argument."""
        return first if info else None

    @strawberry.field
    @staticmethod
    def read(given: Given) -> str:
        """Return the converted input as a string."""
        return str(given)


SCHEMA = strawberry.Schema(Query, execution_context_class=RowByRowExecutor)


@pytest.fixture(scope="module")
def core() -> GraphQLSchema:
    """The schema of graphql-core."""
    return core_schema(SCHEMA)


def test_each_schema_refers_to_the_other(core: GraphQLSchema) -> None:
    """`Schema._schema` is graphql-core's schema, and its `_strawberry_schema` is Strawberry's."""
    assert strawberry_schema(core) is SCHEMA
    assert strawberry_schema(core).schema_converter.exception_handlers is not None


def test_fields_have_their_definition_as_an_extension(core: GraphQLSchema) -> None:
    """Under `strawberry-definition`, with the resolver's function and its reserved parameters."""
    assert core.query_type is not None
    definition = definition_of(core.query_type.fields["awaited"])
    assert type(definition) is StrawberryField
    resolver = definition.base_resolver
    assert resolver is not None
    assert callable(resolver.wrapped_func)
    assert resolver.info_parameter is not None
    assert (resolver.parent_parameter, resolver.root_parameter) == (None, None)
    assert definition.is_async
    assert [argument.python_name for argument in definition.arguments] == ["first"]
    plain = definition_of(core.query_type.fields["plain"])
    assert plain is not None
    assert (plain.base_resolver, plain.python_name) == (None, "plain")


def test_a_resolver_is_passed_the_request_context_in_place_of_info() -> None:
    """The config's info class is called with these keyword arguments for each resolver with an info parameter."""
    info_class = strawberry_schema(core_schema(build_schema())).config.info_class
    raw: Any = type("Raw", (), {"context": "the context"})()
    found: Any = info_class(_raw_info=raw, _field=None)  # type: ignore[arg-type] # stand-ins
    assert found == "the context"


def test_an_input_is_read_by_the_function_that_was_set() -> None:
    """The input's definition has a hook that converts arguments."""
    set_input_reader(Given, lambda kind, given: f"{kind.__name__} {given}")
    assert SCHEMA.execute_sync("{ read(given: {value: 3}) }").data == {"read": "Given {'value': 3}"}


def test_the_executor_is_constructed_with_these_arguments() -> None:
    """`Operation.row_by_row` passes them by position."""
    parameters = list(inspect.signature(Executor).parameters)
    assert parameters[:10] == [
        *("schema", "fragment_definitions", "fragments", "root_value", "context_value", "operation"),
        *("variable_values", "field_resolver", "type_resolver", "subscribe_field_resolver"),
    ]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("execute_field", "parent_type source field_details_list path position_context"),
        ("complete_value", "return_type field_details_list info path result position_context"),
        ("handle_field_error", "raw_error return_type field_details_list path"),
        ("collect_subfields", "return_type field_details_list"),
        ("build_response", "data"),
        ("complete_leaf_value", "return_type result"),
    ],
)
def test_the_executor_has_the_methods_that_are_overridden_or_called(method: str, expected: str) -> None:
    """Each has the expected parameters."""
    parameters = inspect.signature(getattr(StrawberryGraphQLCoreExecutionContext, method)).parameters
    assert [name for name in parameters if name != "self"] == expected.split()


def test_values_of_all_fields_are_completed_by_the_overridden_method(core: GraphQLSchema) -> None:
    """`execute_field` calls `complete_value`, and errors are collected under `collected_errors.errors`."""
    completed: list[str] = []

    class Recording(RowByRowExecutor):
        def complete_value(self, return_type: Any, *rest: Any) -> Any:  # noqa: ANN401 - graphql-core's
            completed.append(str(return_type))
            return super().complete_value(return_type, *rest)

    [node] = parse("{ plain }").definitions
    assert isinstance(node, OperationDefinitionNode)
    values = get_variable_values(core, (), {})
    executor = Recording(core, {}, {}, Query(), None, node, values, getattr, getattr, getattr)
    result = executor.execute_operation()
    assert isinstance(result, ExecutionResult)
    assert result.data == {"plain": 3}
    assert completed
    assert executor.collected_errors.errors == []
    executor.collected_errors.add(GraphQLError("one"), None)
    assert [error.message for error in executor.errors] == ["one"]


def test_fields_are_collected_with_their_nodes(core: GraphQLSchema) -> None:
    """`collect_fields` returns lists of details by response name, each with its node."""
    document = parse("{ ...F } fragment F on Query { again: plain }")
    operation, fragment = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert core.query_type is not None
    details: Any = {"F": FragmentDetails(fragment)}  # type: ignore[arg-type] # it is a fragment
    values: Any = get_variable_values(core, (), {})
    groups = collect_fields(core, details, values, core.query_type, operation).grouped_field_set
    assert [(name, [detail.node.name.value for detail in group]) for name, group in groups.items()] == [
        ("again", ["plain"])
    ]


def test_variables_have_signatures_with_defaults(core: GraphQLSchema) -> None:
    """Name, type and default literal, which `coerce_default_value` coerces; arguments are returned by name."""
    [operation] = parse("query ($first: Int = 7) { awaited(first: $first) }").definitions
    assert isinstance(operation, OperationDefinitionNode)
    [definition] = operation.variable_definitions or ()
    signature = get_variable_signature(core, definition)
    assert not isinstance(signature, GraphQLError)
    assert (signature.name, str(signature.type), coerce_default_value(signature)) == ("first", "Int", 7)
    values: Any = get_variable_values(core, [definition], {})
    assert values.coerced == {"first": 7}
    assert core.query_type is not None
    [field] = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    assert get_argument_values(core.query_type.fields["awaited"], field, values) == {"first": 7}
