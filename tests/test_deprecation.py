"""Deprecated elements from their declaration in Python to SDL and introspection."""

from __future__ import annotations

import enum
import re
from typing import Annotated, Any

import httpx
import pytest
import strawberry
from graphql import build_schema, get_introspection_query, parse, validate
from graphql.validation import NoDeprecatedCustomRule

from schema.field_directives import GraphSchema
from tests.server_process import ROOT
from web.client_sdl import client_sdl

MEMBERS = """{ __type(name: "%s") {
  fields%s { name isDeprecated deprecationReason args%s { name isDeprecated deprecationReason } }
  inputFields%s { name isDeprecated deprecationReason }
  enumValues%s { name isDeprecated deprecationReason }
} }"""


@strawberry.enum
class Order(enum.Enum):
    """An enum with a deprecated value."""

    UP = strawberry.enum_value("up", deprecation_reason="Use DOWN.")
    DOWN = "down"


@strawberry.input
class Condition:
    """An input with a deprecated field."""

    old: int | None = strawberry.field(default=None, deprecation_reason="Use new.")
    new: int | None = None


@strawberry.federation.type(keys=["id"])
class Row:
    """An entity, so that the SDL has directives of federation too."""

    id: strawberry.ID


@strawberry.type
class Query:
    """A root with a deprecated field and a deprecated argument."""

    @strawberry.field(deprecation_reason="Use run.")  # type: ignore[untyped-decorator] # by Strawberry
    def former(self) -> int:
        """Return a number."""
        return 1

    @strawberry.field
    def run(
        self,
        size: Annotated[int | None, strawberry.argument(deprecation_reason="Use first.")] = None,
        first: int | None = None,
        where: Condition | None = None,
        order: Order = Order.DOWN,
    ) -> Row:
        """Return a row that depends on all arguments."""
        return Row(id=strawberry.ID(f"{size} {first} {where} {order}"))


# Type, kind of member, names of its members, and the reason of the first, which is deprecated.
ELEMENTS = [
    ("MLEnergyOrder", "enumValues", ["UP", "DOWN"], "Use DOWN."),
    ("MLEnergyCondition", "inputFields", ["old", "new"], "Use new."),
    ("Query", "fields", ["former"], "Use run."),
    ("Query", "args", ["size", "first", "where", "order"], "Use first."),
]


@pytest.fixture(scope="module")
def schema() -> GraphSchema:
    """A schema as `schema/build.py` makes it."""
    return GraphSchema(Query, {})


def listed(schema: GraphSchema, name: str, kind: str, *, deprecated: bool) -> list[dict[str, Any]]:
    """Return the members of a type by introspection; for `args`, those of the field `run`."""
    flag = "(includeDeprecated: true)" if deprecated else ""
    result = schema.execute_sync(MEMBERS % (name, flag, flag, flag, flag))
    assert result.errors is None
    assert result.data
    if kind != "args":
        members: list[dict[str, Any]] = result.data["__type"][kind]
        return [each for each in members if each["name"] not in {"run", "_service", "_entities"}]
    (arguments,) = (each["args"] for each in result.data["__type"]["fields"] if each["name"] == "run")
    return list(arguments)


@pytest.mark.parametrize(("name", "kind", "members", "reason"), ELEMENTS)
def test_introspection_marks_a_deprecated_element(
    schema: GraphSchema, name: str, kind: str, members: list[str], reason: str
) -> None:
    """It is listed on request only, with its reason; no other element is marked."""
    all_members = listed(schema, name, kind, deprecated=True)

    assert [each["name"] for each in all_members] == members
    assert [each["deprecationReason"] for each in all_members] == [reason, *[None] * (len(members) - 1)]
    assert [each["isDeprecated"] for each in all_members] == [True, *[False] * (len(members) - 1)]
    assert [each["name"] for each in listed(schema, name, kind, deprecated=False)] == members[1:]


def test_both_forms_of_the_sdl_mark_deprecated_elements(schema: GraphSchema) -> None:
    """For gateways and for clients."""
    for sdl in (schema.as_str(), client_sdl(schema.as_str())):
        for mark in ("UP", "old: Int = null", "former: Int!", "size: Int = null"):
            assert f"{mark} @deprecated(reason: " in sdl
        assert sdl.count("@deprecated") == 4


def test_a_client_finds_its_uses_of_deprecated_elements(schema: GraphSchema) -> None:
    """By the rule that editors and linters apply."""
    document = parse("{ former run(size: 1, order: UP, where: {old: 1}) { id } }")
    errors = validate(build_schema(client_sdl(schema.as_str())), document, [NoDeprecatedCustomRule])

    assert [error.message.rpartition("deprecated. ")[2] for error in errors] == [
        "Use run.",
        "Use first.",
        "Use DOWN.",
        "Use new.",
    ]


def test_every_reason_says_what_to_use_instead() -> None:
    """The form that CONTRIBUTING.md prescribes, in the committed SDL."""
    sdl = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    reasons = re.findall(r'@deprecated\(reason: "([^"]*)', sdl)

    assert len(reasons) == sdl.count("@deprecated")
    assert [each for each in reasons if not re.match(r"Use \w|Without replacement: \w", each)] == []


def test_a_running_server_marks_its_deprecated_fields(live_server: str) -> None:
    """The introspection of the graph that is served, also to a browser's editor."""
    query = get_introspection_query(descriptions=False, input_value_deprecation=True)
    answer = httpx.post(f"{live_server}/graphql", json={"query": query}).json()
    types = {each["name"]: each for each in answer["data"]["__schema"]["types"]}
    for name in ("GPU", "MLEnergyTask"):
        (models,) = (each for each in types[name]["fields"] if each["name"] == "models")
        assert models["isDeprecated"]
        assert models["deprecationReason"].startswith("Use modelRuns ")
