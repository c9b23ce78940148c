"""Parts of the schema as SDL: the root with all type names, one type, or one field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import GraphQLField, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, print_type
from rapidfuzz import process

from errors import BadUserInput, shown

if TYPE_CHECKING:
    from graphql import GraphQLNamedType, GraphQLSchema

_SUGGESTIONS = 5


def describe_schema(schema: GraphQLSchema, name: str | None) -> str:
    """Return the description of a type or field as SDL; without a name, the root and the names of all types.

    Raises:
        BadUserInput: The schema has no such type or field.
    """
    if name is None:
        return _overview(schema)
    type_name, _, field_name = name.partition(".")
    found = schema.type_map.get(type_name)
    if found is None:
        raise _unknown(name, [*_names(schema)])
    if not field_name:
        return print_type(found)
    fields = _fields(found)
    if field_name not in fields:
        raise _unknown(name, [f"{type_name}.{each}" for each in fields])
    assert isinstance(found, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)  # noqa: S101 - it has fields
    return _with_one_field(found, field_name)


def _overview(schema: GraphQLSchema) -> str:
    root = schema.query_type
    assert root is not None  # noqa: S101 - the graph has a root
    # Without the fields of federation, which are for gateways.
    fields = {name: field for name, field in root.fields.items() if not name.startswith("_")}
    lines = [f"{name}: {field.type}  # {_first_sentence(field)}" for name, field in fields.items()]
    return "\n".join(["Root fields:", *lines, "", "Types:", ", ".join(_names(schema))])


def _names(schema: GraphQLSchema) -> list[str]:
    return sorted(name for name in schema.type_map if not name.startswith("_"))


def _first_sentence(field: GraphQLField) -> str:
    return (field.description or "").partition(". ")[0].rstrip(".")


def _fields(found: GraphQLNamedType) -> list[str]:
    fields = getattr(found, "fields", {})
    return list(fields)


def _with_one_field(found: GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType, field: str) -> str:
    """Return the type as SDL with this field only, so that the descriptions of its arguments are printed too."""
    fields = {field: found.fields[field]}
    if isinstance(found, GraphQLInputObjectType):
        return print_type(GraphQLInputObjectType(found.name, fields))
    return print_type(GraphQLObjectType(found.name, fields))


def _unknown(name: str, known: list[str]) -> BadUserInput:
    near = [found for found, _, _ in process.extract(name, known, limit=_SUGGESTIONS)]
    return BadUserInput(
        f"name: {shown(name)} is not in the schema; nearest: {', '.join(near) or 'none'}.", suggestions=near
    )
