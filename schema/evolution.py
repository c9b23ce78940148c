"""Rules for changes of the schema: what breaks clients was deprecated before, and is in the changelog."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
)

from schema.changes import changes, read_sdl

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from graphql import (
        GraphQLArgument,
        GraphQLEnumValue,
        GraphQLField,
        GraphQLInputField,
        GraphQLNamedType,
        GraphQLSchema,
    )

    from schema.changes import Change

    Element = GraphQLField | GraphQLArgument | GraphQLInputField | GraphQLEnumValue

_UNRELEASED = "unreleased"
_SECTION = re.compile(r"^## +\[?([^\]\s]+)\]?.*\n", re.MULTILINE)
_SUBSECTION = re.compile(r"^### +(\w+).*\n", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_COORDINATE = re.compile(r"(\w+)(?:\.(\w+))?(?:\((\w+):\))?")


@dataclass(frozen=True)
class Version:
    """A version of the project: the texts of its SDL and its changelog."""

    sdl: str
    changelog: str


def refusals(base: Version, head: Version) -> list[str]:
    """Return a message for each change from `base` to `head` that does not follow a rule.

    1. A removed or incompatibly changed element was deprecated in the base: by `@deprecated` on itself or its field, or
       because everything that leads to its type was. What GraphQL cannot mark, such as a new required argument, a
       member of a union or a `@key`, was listed under "Deprecated" in the changelog.
    2. The changelog names its coordinate under "Removed" or "Changed", in a section that the base does not have.

    A changed default breaks no query, but changes its answer: only the second rule applies to it.
    """
    old, found = read_sdl(base.sdl), []
    announced = _named(base.changelog, {"Deprecated"}, released=())
    recorded = _named(head.changelog, {"Removed", "Changed"}, released=_sections(base.changelog))
    in_use = _types_in_use(old)
    for change in changes(old, read_sdl(head.sdl)):
        if change.is_breaking and (reason := _missing_deprecation(old, change, in_use, announced)):
            found.append(f"{change.description}: {reason}")
        if change.coordinate not in recorded:
            found.append(
                f"{change.description}: CHANGELOG.md does not name `{change.coordinate}` under Removed or Changed of "
                "the new version."
            )
    return found


def _missing_deprecation(old: GraphQLSchema, change: Change, in_use: set[str], announced: set[str]) -> str | None:
    """Return what to do before the change; None if it was deprecated."""
    coordinate = change.coordinate
    matched = _COORDINATE.fullmatch(coordinate)
    names = [] if matched is None else [name for name in matched.groups() if name]  # a directive has none
    elements = list(_elements(old, names))
    if any(each.deprecation_reason is not None for each in elements) or (names and names[0] not in in_use):
        return None
    if elements and len(elements) == len(names) - 1:
        return (
            f"{coordinate} is not @deprecated in the base. Undo the change, deprecate it with its replacement as the "
            "reason, and make it after a release."
        )
    if coordinate in announced:
        return None
    return (
        f"the changelog of the base does not name `{coordinate}` under Deprecated. Undo the change, announce it there, "
        "and make it after a release."
    )


def _elements(schema: GraphQLSchema, names: list[str]) -> Iterator[Element]:
    """Yield the field, input field or enum value of a coordinate, and then its argument, as far as they exist."""
    members = dict(_members(schema.type_map[names[0]])) if names and names[0] in schema.type_map else {}
    element = members.get(names[1]) if len(names) > 1 else None
    if element is not None:
        yield element
        argument = getattr(element, "args", {}).get(names[2]) if len(names) > 2 else None  # noqa: PLR2004 - the third name
        if argument is not None:
            yield argument


def _members(each: GraphQLNamedType) -> Iterator[tuple[str, Element]]:
    if isinstance(each, GraphQLEnumType):
        yield from each.values.items()
    elif isinstance(each, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
        yield from each.fields.items()


def _types_in_use(schema: GraphQLSchema) -> set[str]:
    """Return the names of the types that a request can reach without a deprecated element."""
    found: set[str] = set()
    waiting: list[GraphQLNamedType] = [
        root for root in (schema.query_type, schema.mutation_type, schema.subscription_type) if root is not None
    ]
    while waiting:
        each = waiting.pop()
        if each.name not in found:
            found.add(each.name)
            waiting += _reachable(schema, each)
    return found


def _reachable(schema: GraphQLSchema, each: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
    """Yield the types that a type refers to, and the possible types of an abstract one."""
    if isinstance(each, (GraphQLInterfaceType, GraphQLUnionType)):
        yield from schema.get_possible_types(each)
    if isinstance(each, (GraphQLObjectType, GraphQLInterfaceType)):
        yield from each.interfaces
    for _, element in _members(each):
        if element.deprecation_reason is None and not isinstance(each, GraphQLEnumType):
            arguments = [each for each in getattr(element, "args", {}).values() if each.deprecation_reason is None]
            yield from (get_named_type(typed.type) for typed in (element, *arguments))


def _named(changelog: str, kinds: set[str], *, released: Collection[str]) -> set[str]:
    """Return the texts in backticks of some subsections, without those of released versions."""
    return {
        code
        for version, section in _sections(changelog).items()
        if version == _UNRELEASED or version not in released
        for kind, text in _split(_SUBSECTION, section)
        if kind in kinds
        for code in _CODE.findall(text)
    }


def _sections(changelog: str) -> dict[str, str]:
    """Return the sections of a changelog by version."""
    return {version.lower(): text for version, text in _split(_SECTION, changelog)}


def _split(heading: re.Pattern[str], text: str) -> list[tuple[str, str]]:
    """Return (first word of the heading, text below it) of each section."""
    parts = heading.split(text)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))
