"""Adapter for Strawberry: every import of its deep or private modules, and access to private attributes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import NameConverter
from strawberry.schema.schema import Schema, StrawberryGraphQLCoreExecutionContext
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types.arguments import InputContext, StrawberryArgumentAnnotation
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver
from strawberry.types.scalar import ScalarDefinition
from strawberry.types.union import StrawberryUnion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import EnumMeta

    from graphql import GraphQLField, GraphQLSchema

__all__ = [
    "FederationAny",
    "InputContext",
    "MaybeNullValidationRule",
    "NameConverter",
    "OneOfInputValidationRule",
    "ScalarDefinition",
    "Schema",
    "StrawberryArgumentAnnotation",
    "StrawberryConfig",
    "StrawberryEnumDefinition",
    "StrawberryField",
    "StrawberryGraphQLCoreExecutionContext",
    "StrawberryList",
    "StrawberryMaybe",
    "StrawberryObjectDefinition",
    "StrawberryOptional",
    "StrawberryResolver",
    "StrawberryUnion",
    "core_schema",
    "definition_of",
    "describe_enum_values",
    "has_object_definition",
    "memoize_resolver",
    "set_input_reader",
    "strawberry_schema",
]

_DEFINITION = "strawberry-definition"


def core_schema(schema: Schema) -> GraphQLSchema:
    """Return the graphql-core schema of a Strawberry schema."""
    return schema._schema  # noqa: SLF001 - it has no public name


def strawberry_schema(schema: GraphQLSchema) -> Schema:
    """Return the Strawberry schema of a graphql-core schema."""
    return cast("Schema", schema._strawberry_schema)  # type: ignore[attr-defined] # noqa: SLF001 - Strawberry sets it


def set_input_reader(cls: type, read: Callable[[Any, Mapping[str, Any]], Any]) -> None:
    """Make Strawberry convert values of an input class with `read(cls, value)`."""
    definition = cls.__strawberry_definition__  # type: ignore[attr-defined] # it is an input
    definition.from_input = lambda kind, given, _context: read(kind, given)


def describe_enum_values(enum: EnumMeta, descriptions: Mapping[str, str]) -> None:
    """Set the description of each value of a Strawberry enum, by the value's name in Python."""
    for value in enum.__strawberry_definition__.values:  # type: ignore[attr-defined] # it is a Strawberry enum
        value.description = descriptions[value.name]


def memoize_resolver(schema: GraphQLSchema, type_name: str, name: str) -> None:
    """Make a field without parent and arguments call its resolver once."""
    field = schema.type_map[type_name].fields[name]  # type: ignore[attr-defined] # it is an object type
    definition = definition_of(field)
    if definition is not None and definition.base_resolver is not None:
        definition.base_resolver = StrawberryResolver(
            cache(cast("Callable[..., Any]", definition.base_resolver.wrapped_func))
        )


def definition_of(field: GraphQLField) -> StrawberryField | None:
    """Return Strawberry's definition of a field; None for introspection and other fields of graphql-core."""
    return field.extensions.get(_DEFINITION)
