"""Fields of the schema for the engine: result shape, arguments and resolver, read once for all documents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from inspect import signature
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from graphql import GraphQLList, GraphQLNonNull, is_abstract_type, is_leaf_type

from execution.arguments import ArgumentDefinitions
from execution.field_metadata import CACHE_SCOPE, COST, OF_THE_ROW, READS_FILES, CacheScope
from execution.introspection_cost import IntrospectionCosts
from execution.strawberry_internals import StrawberryField, definition_of, strawberry_schema
from tables.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import GraphQLField, GraphQLObjectType, GraphQLOutputType, GraphQLSchema

    from execution.cost import FieldCost
    from execution.strawberry_internals import StrawberryResolver

_SCHEMA_SCOPE = CacheScope.RELEASE  # of `_service`

# Calls a resolver with the arguments, the batch of parents and the `Env` of the request; returns a column, or a `Later`
# of one if the field is async.
Call: TypeAlias = "Callable[[dict[str, Any], Any, Any], Any]"


@dataclass(slots=True, eq=False)
class SchemaField:
    """A field of the schema."""

    name: str
    type: GraphQLOutputType
    definition: GraphQLField  # in graphql-core's schema
    call: Call  # without a resolver: reads an attribute of the parent
    arguments: ArgumentDefinitions | None  # None without a resolver
    is_async: bool  # its column may have to be awaited
    metadata: Mapping[Any, Any]
    named: Any  # the type inside lists and non-nulls
    is_leaf: bool  # a scalar, an enum, or a list of these: one column
    is_list: bool  # of objects
    is_abstract: bool  # an interface or a union
    is_required: bool  # non-null
    of_row: bool  # depends on the table row alone
    cache_scope: CacheScope
    cost: FieldCost | None  # None for a constant cost per parent


class SchemaFields:
    """The fields of a schema, read when a document first selects them."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self.schema = schema
        self.introspection = IntrospectionCosts(schema)
        self._fields: dict[tuple[str, str], SchemaField | None] = {}

    def get(self, parent: GraphQLObjectType, name: str) -> SchemaField | None:
        """Return a field; None if graphql-core must execute it: introspection, resolvers with extensions."""
        key = (parent.name, name)
        if key not in self._fields:
            self._fields[key] = self._read(parent, name)
        return self._fields[key]

    def _read(self, parent: GraphQLObjectType, name: str) -> SchemaField | None:
        field = self.schema.get_field(parent, name)
        definition = definition_of(field) if field else None
        if field is None or type(definition) is not StrawberryField or definition.extensions:
            return None
        schema = strawberry_schema(self.schema)
        if schema.schema_converter.exception_handlers:
            return None
        resolver = definition.base_resolver
        call = _attribute(definition.python_name) if resolver is None else _call(resolver)
        if call is None:
            return None
        if definition.is_async:
            call = _later(call)
        nullable = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        named: Any = nullable
        while isinstance(named, GraphQLNonNull | GraphQLList):
            named = named.of_type
        return SchemaField(
            name,
            field.type,
            field,
            call,
            None if resolver is None else ArgumentDefinitions(field, definition, schema),
            is_async=definition.is_async or READS_FILES in definition.metadata,
            metadata=definition.metadata,
            named=named,
            is_leaf=is_leaf_type(named),
            is_list=isinstance(nullable, GraphQLList) and not is_leaf_type(named),
            is_abstract=is_abstract_type(named),
            is_required=isinstance(field.type, GraphQLNonNull),
            of_row=OF_THE_ROW in definition.metadata,
            cache_scope=definition.metadata.get(CACHE_SCOPE, _SCHEMA_SCOPE if name[0] == "_" else CacheScope.REVISION),
            cost=field.extensions.get(COST),
        )


def _attribute(name: str) -> Call:
    attribute = attrgetter(name)
    return lambda _arguments, parent, _env: attribute(parent)


def _later(call: Call) -> Call:
    return lambda arguments, parent, env: Later(partial(call, arguments, parent, env))


def _call(resolver: StrawberryResolver[Any]) -> Call | None:
    """Return the call of a resolver; None unless it is a function whose first parameters are parent and context."""
    function = cast("Callable[..., Any]", resolver.wrapped_func)
    parent, context = resolver.parent_parameter or resolver.root_parameter, resolver.info_parameter
    reserved = [each.name for each in (parent, context) if each is not None]
    if not callable(function) or list(signature(function).parameters)[: len(reserved)] != reserved:
        return None
    match parent is not None, context is not None:
        case True, True:
            return lambda arguments, parent, env: function(parent, env.context, **arguments)
        case True, False:
            return lambda arguments, parent, _env: function(parent, **arguments)
        case False, True:
            return lambda arguments, _parent, env: function(env.context, **arguments)
        case _:
            return lambda arguments, _parent, _env: function(**arguments)
