"""What executing an operation works out that does not depend on its variables: kept with the document for next time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    Undefined,
    get_named_type,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_argument_values, get_variable_values
from graphql.utilities import coerce_input_value
from strawberry.types.field import StrawberryField

from execution.arguments import NoTemplateError, PlannedArguments
from tables.batch import Batch, Lists, Maybe
from tables.relations import Grouped
from tables.row_set import TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from graphql import (
        FieldNode,
        FragmentDefinitionNode,
        GraphQLField,
        GraphQLObjectType,
        GraphQLOutputType,
        GraphQLResolveInfo,
        GraphQLSchema,
        OperationDefinitionNode,
    )
    from graphql.execution.collect_fields import FieldDetailsList
    from graphql.execution.get_variable_signature import GraphQLVariableSignature
    from strawberry.schema.schema import Schema

    from execution.kept_columns import KeptColumns
    from execution.levels import Level

# What a resolver gives for all rows of a level at once, but for `PerRow`, whose values are completed one by one.
COLUMNS = (TableColumn, Grouped, Lists, Maybe, pa.Array, Batch)

# Of a kept column: the fields that lead to it.
Key: TypeAlias = tuple[int, ...]

_numbers = count()  # tells plans apart, also from those that are gone
_MAX_COERCION_ERRORS = 50  # as graphql-core has it


class Planner:
    """What is known of the fields of a schema, whichever document they stand in.

    Args:
        schema: The schema.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        # By type and field: the table's column that the field is, and its type.
        self.columns: dict[tuple[str, str], tuple[str, GraphQLOutputType]] = {}
        self._without_arguments: dict[tuple[str, str], PlannedField | None] = {}

    def field(self, parent_type: GraphQLObjectType, node: FieldNode) -> PlannedField | None:
        """Return how a field is resolved; None where that is left to graphql-core."""
        if node.arguments:
            return _planned(self.schema, parent_type, node)
        key = (parent_type.name, node.name.value)
        if key not in self._without_arguments:
            self._without_arguments[key] = _planned(self.schema, parent_type, node)
        return self._without_arguments[key]


class Plan:
    """One operation of a document.

    Args:
        planner: What is known of its fields.
        operation: The operation, of a valid document.
        fragments: The document's fragments by name.
        levels: Where the fields of its levels are kept; None where they depend on variables, as directives make them.
        lasting: Whether it will be followed again, so that columns are worth keeping.
    """

    def __init__(
        self,
        planner: Planner,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        *,
        levels: dict[Hashable, Level] | None,
        lasting: bool = False,
    ) -> None:
        self.number = next(_numbers)
        self.schema = planner.schema
        self.operation = operation
        self.fragments = dict(fragments)
        self.levels = levels
        self._lasting = lasting
        self.columns = planner.columns
        self._planner = planner
        self._fields: dict[tuple[str, int], PlannedField | None] = {}
        self._nodes = operation.variable_definitions or ()
        self._signatures = _signatures(planner.schema, operation)

    def variable_values(self, given: Mapping[str, Any]) -> VariableValues | list[GraphQLError]:
        """Coerce the variables as graphql-core does, or return what is wrong with them."""
        sources: dict[str, VariableValueSource] = {}
        coerced: dict[str, Any] = {}
        for signature in self._signatures or ():
            value = given.get(signature.name, Undefined)
            if value is Undefined:
                if signature.default is not None or is_non_null_type(signature.type):
                    break
                sources[signature.name] = VariableValueSource(signature)
                continue
            fitting = coerce_input_value(value, signature.type)
            if fitting is Undefined:
                break
            sources[signature.name] = VariableValueSource(signature, value)
            coerced[signature.name] = fitting
        else:
            if self._signatures is not None:
                return VariableValues(sources, coerced)
        return get_variable_values(self.schema, self._nodes, dict(given), _MAX_COERCION_ERRORS)

    def field(self, parent_type: GraphQLObjectType, details: FieldDetailsList) -> PlannedField | None:
        """Return how a field of this operation is resolved; None where that is left to graphql-core."""
        first = details[0]
        if first.fragment_variable_values is not None:
            return None
        key = (parent_type.name, id(first.node))
        if key not in self._fields:
            self._fields[key] = self._planner.field(parent_type, first.node)
        return self._fields[key]

    def column(
        self,
        planned: PlannedField,
        kept: KeptColumns | None,
        source: object,
        source_key: Key | None,
        info: GraphQLResolveInfo[Any],
        variables: VariableValues,
    ) -> tuple[Any, Key | None]:
        """Return what a field's resolver returns, and the key that it is kept under, if it is.

        Args:
            planned: The field.
            kept: Where columns are kept; None for nowhere.
            source: What the field hangs on.
            source_key: The key that the source is kept under, empty for the root; None if it is not kept.
            info: What the resolver is told.
            variables: The operation's.

        Raises:
            Exception: Whatever the resolver raises, and graphql-core's errors about its arguments.
        """
        if kept is None or source_key is None or not self._lasting or not planned.fixed:
            return planned.resolve(source, info, variables), None
        # A field of a fragment hangs on as many sources as the fragment is spread on.
        key = (*source_key, id(planned))
        found = kept.get((self.number, key))
        if found is not None:
            return found, key
        column = planned.resolve(source, info, variables)
        return column, key if isinstance(column, COLUMNS) and kept.put((self.number, key), column) else None


@dataclass(frozen=True, slots=True)
class PlannedField:
    """A field whose Strawberry resolver is called without asking anew what its arguments are.

    Args:
        field: The field.
        node: Its place in the document, the first of those that were merged.
        definition: The field as Strawberry knows it.
        arguments: What is known of its arguments.
        call: Calls the resolver with its source, Strawberry's info, and its arguments.
    """

    field: GraphQLField
    node: FieldNode
    definition: StrawberryField
    arguments: PlannedArguments
    call: Callable[[Any, Any, dict[str, Any]], Any]

    @property
    def fixed(self) -> bool:
        """Whether it gives the same for the same source, whatever the variables."""
        return self.arguments.fixed and not self.definition.is_async

    def resolve(self, source: object, info: GraphQLResolveInfo[Any], variables: VariableValues) -> Any:  # noqa: ANN401 - whatever the resolver returns
        """Return what the resolver returns.

        Raises:
            Exception: Whatever it raises, and graphql-core's errors about its arguments.
        """
        values = self.arguments.values(variables.coerced)
        if values is None:
            resolve = self.field.resolve
            assert resolve is not None  # noqa: S101 - for the type checker: it has a resolver of ours
            return resolve(source, info, **get_argument_values(self.field, self.node, variables))
        return self.call(source, info, values)


def _signatures(
    schema: GraphQLSchema, operation: OperationDefinitionNode
) -> tuple[GraphQLVariableSignature, ...] | None:
    """Return the variables' signatures; None where graphql-core is to look closer: at objects, and at errors."""
    found: list[GraphQLVariableSignature] = []
    for node in operation.variable_definitions or ():
        signature = get_variable_signature(schema, node)
        if isinstance(signature, GraphQLError) or isinstance(get_named_type(signature.type), GraphQLInputObjectType):
            return None
        found.append(signature)
    return tuple(found)


def _planned(schema: GraphQLSchema, parent_type: GraphQLObjectType, node: FieldNode) -> PlannedField | None:
    """Plan a field whose resolver is a plain function: nothing of Strawberry's stands between it and its arguments."""
    field = schema.get_field(parent_type, node.name.value)
    definition = field.extensions.get("strawberry-definition") if field else None
    strawberry_schema: Schema = schema._strawberry_schema  # type: ignore[attr-defined] # noqa: SLF001 - where Strawberry notes it
    if (
        field is None
        or type(definition) is not StrawberryField
        or definition.base_resolver is None
        or definition.base_resolver.self_parameter
        or definition.extensions
        or strawberry_schema.schema_converter.exception_handlers
    ):
        return None
    try:
        arguments = PlannedArguments(field, node, definition, strawberry_schema)
    except (NoTemplateError, GraphQLError):
        return None
    return PlannedField(field, node, definition, arguments, _caller(definition, strawberry_schema))


def _caller(definition: StrawberryField, schema: Schema) -> Callable[[Any, Any, dict[str, Any]], Any]:
    resolver = definition.base_resolver
    assert resolver is not None  # noqa: S101 - for the type checker: it was looked at
    sources = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each is not None]
    info_name = resolver.info_parameter.name if resolver.info_parameter is not None else None
    info_class = schema.config.info_class

    def call(source: object, info: GraphQLResolveInfo[Any], values: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        for name in sources:
            values[name] = source
        if info_name is not None:
            values[info_name] = info_class(_raw_info=info, _field=definition)
        return resolver(**values)

    return call
