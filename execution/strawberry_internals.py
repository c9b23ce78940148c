"""Adapter for Strawberry: every import of its deep or private modules that the engine needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.types.field import StrawberryField

if TYPE_CHECKING:
    from graphql import GraphQLField, GraphQLSchema
    from strawberry.schema.schema import Schema

__all__ = ["StrawberryField", "StrawberryGraphQLCoreExecutionContext", "definition_of", "strawberry_schema"]

_DEFINITION = "strawberry-definition"


def strawberry_schema(schema: GraphQLSchema) -> Schema:
    """Return the Strawberry schema that a graphql-core schema was made from."""
    return cast("Schema", schema._strawberry_schema)  # type: ignore[attr-defined] # noqa: SLF001 - Strawberry sets it


def definition_of(field: GraphQLField) -> StrawberryField | None:
    """Return Strawberry's definition of a field; None for introspection and other fields of graphql-core."""
    return field.extensions.get(_DEFINITION)
