"""A subgraph that defines every generic type name that ours avoids, with other members."""

from __future__ import annotations

from graphql import (
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    parse,
    print_ast,
)

PREFIX = "MLEnergy"
_LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])\n'
# All graphs share this type, with the same fields.
_PAGE_INFO = """type PageInfo @shareable {
  hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
}
"""


def members_of(sdl: str) -> dict[str, set[str]]:
    """Return the members of each object type, input and enum; fields include their arguments and types."""
    found: dict[str, set[str]] = {}
    for node in _document(sdl).definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        match node:
            case ObjectTypeDefinitionNode(fields=fields):
                found[name] = {_with_arguments(field) for field in fields or ()}
            case InputObjectTypeDefinitionNode(fields=inputs):
                found[name] = {each.name.value for each in inputs or ()}
            case EnumTypeDefinitionNode(values=values):
                found[name] = {value.name.value for value in values or ()}
    return found


def hostile_sdl(ours: str) -> str:
    """Return the SDL of a subgraph that defines each of our type names without its prefix."""
    types, uses = [_LINK, _PAGE_INFO], ["hostilePages: PageInfo"]
    for node in _document(ours).definitions:
        name = getattr(getattr(node, "name", None), "value", "")
        if not name.startswith(PREFIX):
            continue
        own = name.removeprefix(PREFIX)
        match node:
            case ObjectTypeDefinitionNode():
                types.append(f"type {own} {{ hostile: Int! }}")
                uses.append(f"hostile{own}: {own}")
            case InputObjectTypeDefinitionNode():
                types.append(f"input {own} {{ eq: Int, hostile: Int }}")
                uses.append(f"hostile{own}(of: {own}): Int")
            case EnumTypeDefinitionNode():
                types.append(f"enum {own} {{ HOSTILE }}")
                uses.append(f"hostile{own}(of: {own}): {own}")
    return "\n".join([*types, "type Query {", *uses, "}"])


def _with_arguments(field: FieldDefinitionNode) -> str:
    arguments = sorted(argument.name.value for argument in field.arguments or ())
    return f"{field.name.value}({', '.join(arguments)}): {print_ast(field.type)}"


def _document(sdl: str) -> DocumentNode:
    return parse(sdl, no_location=True)
