"""How fields are resolved: what is known of a field of the schema, and of its place in a document, beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graphql import FieldNode, NameNode
from graphql.execution.values import get_argument_values
from strawberry.types.field import StrawberryField

from execution.arguments import FieldArguments, NoTemplateError, PlannedArguments

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphql import (
        GraphQLField,
        GraphQLObjectType,
        GraphQLOutputType,
        GraphQLResolveInfo,
        GraphQLSchema,
    )
    from graphql.execution.values import VariableValues
    from strawberry.schema.schema import Schema

    # Most resolvers ask for no info, and making one takes as long as they do.
    NewInfo: TypeAlias = Callable[[], GraphQLResolveInfo[Any]]


@dataclass(frozen=True, slots=True)
class PlannedField:
    """A field whose Strawberry resolver is called without asking anew what its arguments are.

    Args:
        field: The field.
        node: Its place in the document, the first of those that were merged.
        definition: The field as Strawberry knows it.
        arguments: What is known of its arguments.
        call: Calls the resolver with its source, what makes graphql-core's info, and its arguments.
    """

    field: GraphQLField
    node: FieldNode
    definition: StrawberryField
    arguments: PlannedArguments
    call: Callable[[Any, NewInfo, dict[str, Any]], Any]

    @property
    def fixed(self) -> bool:
        """Whether it gives the same for the same source, whatever the variables."""
        return self.arguments.fixed and not self.definition.is_async

    def resolve(self, source: object, new_info: NewInfo, variables: VariableValues) -> Any:  # noqa: ANN401 - whatever the resolver returns
        """Return what the resolver returns.

        Args:
            source: What the field hangs on.
            new_info: Makes graphql-core's info, for a resolver that asks for it.
            variables: The operation's.

        Raises:
            Exception: Whatever it raises, and graphql-core's errors about its arguments.
        """
        values = self.arguments.values(variables.coerced)
        if values is None:
            resolve = self.field.resolve
            assert resolve is not None  # noqa: S101 - for the type checker: it has a resolver of ours
            return resolve(source, new_info(), **get_argument_values(self.field, self.node, variables))
        return self.call(source, new_info, values)


class Planner:
    """What is known of the fields of a schema, whichever document they stand in.

    Args:
        schema: The schema.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        # By type and field: the table's column that the field is, and its type.
        self.columns: dict[tuple[str, str], tuple[str, GraphQLOutputType]] = {}
        self._arguments: dict[tuple[str, str], FieldArguments] = {}
        self._without_arguments: dict[tuple[str, str], PlannedField | None] = {}

    def field(self, parent_type: GraphQLObjectType, node: FieldNode) -> PlannedField | None:
        """Return how a field is resolved; None where that is left to graphql-core."""
        if node.arguments:
            return self._planned(parent_type, node)
        key = (parent_type.name, node.name.value)
        if key not in self._without_arguments:
            # By a node of its own: the document's would keep the text that it stands in.
            bare = FieldNode(name=NameNode(value=node.name.value))
            self._without_arguments[key] = self._planned(parent_type, bare)
        return self._without_arguments[key]

    def _planned(self, parent_type: GraphQLObjectType, node: FieldNode) -> PlannedField | None:
        """Plan a field whose resolver is a plain function: nothing of Strawberry's stands before its arguments."""
        field = self.schema.get_field(parent_type, node.name.value)
        definition = field.extensions.get("strawberry-definition") if field else None
        schema: Schema = self.schema._strawberry_schema  # type: ignore[attr-defined] # noqa: SLF001 - where Strawberry notes it
        if (
            field is None
            or type(definition) is not StrawberryField
            or definition.base_resolver is None
            or not callable(definition.base_resolver.wrapped_func)
            or definition.base_resolver.self_parameter
            or definition.extensions
            or schema.schema_converter.exception_handlers
        ):
            return None
        key = (parent_type.name, node.name.value)
        if key not in self._arguments:
            self._arguments[key] = FieldArguments(field, definition, schema)
        try:
            arguments = PlannedArguments(self._arguments[key], node)
        except NoTemplateError:
            return None
        return PlannedField(field, node, definition, arguments, _caller(definition, schema))


def _caller(definition: StrawberryField, schema: Schema) -> Callable[[Any, NewInfo, dict[str, Any]], Any]:
    resolver = definition.base_resolver
    assert resolver is not None  # noqa: S101 - for the type checker: it was looked at
    sources = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each is not None]
    info_name = resolver.info_parameter.name if resolver.info_parameter is not None else None
    info_class = schema.config.info_class
    function = cast("Callable[..., Any]", resolver.wrapped_func)  # it was asked whether it is one

    def call(source: object, new_info: NewInfo, values: dict[str, Any]) -> Any:  # noqa: ANN401 - as above
        for name in sources:
            values[name] = source
        if info_name is not None:
            values[info_name] = info_class(_raw_info=new_info(), _field=definition)
        return function(**values)

    return call
