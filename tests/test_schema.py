"""The schema as its users rely on it: the names and types that are promised, their descriptions, the committed SDL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest
from graphql import (
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    ObjectTypeDefinitionNode,
    SchemaDefinitionNode,
    is_specified_scalar_type,
    parse,
    print_ast,
    value_from_ast_untyped,
)
from graphql import build_schema as schema_of_text
from strawberry.federation.schema_directives import FederationDirective

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from schema.names import wire_name
from tables.catalogue import MODEL_COLUMNS, Column, ColumnType, graph_name
from tables.run_kinds import RUN_KINDS
from tests.server_process import ROOT, run_server

# What clients may count on: nothing there may go or change.
PROMISED = (ROOT / "tests" / "promised.graphql").read_text(encoding="utf-8")
if TYPE_CHECKING:
    from pathlib import Path

    from graphql import GraphQLSchema

KEYS = {
    "MLEnergyDataset": "name",
    "Model": "modelId",
    "GPU": "model",
    "MLEnergyTask": "name",
    "LLMRun": "id",
    "DiffusionRun": "id",
}
# Joined or shared by other graphs under these names.
UNPREFIXED = {"LLMRun", "DiffusionRun", "Model", "GPU", "PageInfo", "Query"}
FILTERS = {
    ColumnType.STRING: "MLEnergyStringFilter",
    ColumnType.INT: "MLEnergyIntFilter",
    ColumnType.FLOAT: "MLEnergyFloatFilter",
    ColumnType.BOOLEAN: "MLEnergyBooleanFilter",
}

Members = dict[str, str]


@pytest.fixture(scope="module")
def sdl() -> str:
    """The schema as text."""
    return build_schema().as_str() + "\n"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema as graphql-core has it."""
    return core_schema(build_schema())


def _definitions(text: str) -> dict[str, Members]:
    """Give each type of an SDL with its members, and each member with its type as it is written."""
    found: dict[str, Members] = {}
    for node in parse(text).definitions:
        match node:
            case ObjectTypeDefinitionNode() | InputObjectTypeDefinitionNode():
                found[node.name.value] = {member.name.value: _type_of(member) for member in node.fields or ()}
                for field in node.fields or ():
                    for argument in getattr(field, "arguments", None) or ():
                        found[node.name.value][f"{field.name.value}({argument.name.value})"] = _type_of(argument)
            case EnumTypeDefinitionNode():
                found[node.name.value] = {value.name.value: "" for value in node.values or ()}
    return found


def _type_of(node: FieldDefinitionNode | InputValueDefinitionNode) -> str:
    default = getattr(node, "default_value", None)
    return print_ast(node.type) + (f" = {print_ast(default)}" if default else "")


@pytest.mark.parametrize("name", _definitions(PROMISED))
def test_what_is_promised_is_there(sdl: str, name: str) -> None:
    """Every field, argument, input and enum value that clients count on has the type that they count on."""
    promised, there = _definitions(PROMISED)[name], _definitions(sdl)[name]
    assert {member: there.get(member) for member in promised} == promised


def test_arguments_that_were_added_need_not_be_given(schema: GraphQLSchema) -> None:
    """A document that was written for the promised arguments stays valid."""
    promised = _definitions(PROMISED)
    required = [
        f"{name}.{field}({argument})"
        for name in promised
        if isinstance(found := schema.type_map[name], GraphQLObjectType)
        for field, definition in found.fields.items()
        if field in promised[name]
        for argument, its in definition.args.items()
        if f"{field}({argument})" not in promised[name] and str(its.type).endswith("!") and "=" not in _default(its)
    ]
    assert required == []


def _default(argument: object) -> str:
    """Return `=` where an argument has a default."""
    node = getattr(argument, "ast_node", None)
    return "=" if getattr(argument, "default_value", None) is not None or getattr(node, "default_value", None) else ""


@pytest.mark.parametrize(
    ("table", "columns"),
    [("LLMRun", RUN_KINDS["llm"].columns), ("DiffusionRun", RUN_KINDS["diffusion"].columns), ("Model", MODEL_COLUMNS)],
)
def test_every_column_can_be_read_filtered_and_ordered_by(sdl: str, table: str, columns: tuple[Column, ...]) -> None:
    """Each column is a field, an operator input of its type in the filter, and a value of the order's enum."""
    found = _definitions(sdl)
    for column in columns:
        name = graph_name(column.name)
        assert name in found[table]
        assert found[wire_name(f"{table}Filter")][name] == FILTERS[column.type]
        assert column.name.upper() in found[wire_name(f"{table}Field")]


def test_a_column_says_its_unit_and_where_it_comes_from(schema: GraphQLSchema) -> None:
    """The description of a field is enough to know what its number is."""
    for table, name in (("llm", "LLMRun"), ("diffusion", "DiffusionRun")):
        fields = cast("GraphQLObjectType", schema.type_map[name]).fields
        for column in RUN_KINDS[table].columns:
            description = fields[graph_name(column.name)].description or ""
            assert f"Column `{column.name}` of `runs/{table}.parquet`." in description
            assert column.unit is None or f"Unit: {column.unit}." in description


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_entities_have_their_keys(sdl: str, name: str, key: str) -> None:
    """Other graphs refer to each entity by one field; everything with a key can be asked for by it."""
    node = next(node for node in parse(sdl).definitions if getattr(getattr(node, "name", None), "value", None) == name)
    directives = [print_ast(directive) for directive in getattr(node, "directives", ())]
    assert directives == [f'@key(fields: "{key}")']


def test_the_federation_link_is_the_lowest_that_has_our_directives(sdl: str) -> None:
    """Composers refuse a version newer than themselves, so ours is no newer than the directives in use need."""
    needed = {f"@{each.imported_from.name}": each.minimum_version for each in FederationDirective.__subclasses__()}
    link = next(
        directive
        for node in parse(sdl).definitions
        if isinstance(node, SchemaDefinitionNode)
        for directive in node.directives or ()
    )
    given = {argument.name.value: value_from_ast_untyped(argument.value) for argument in link.arguments or ()}
    used = {f"@{name}" for name in re.findall(r"\s@(\w+)", sdl)} - {"@link", "@deprecated"}
    assert set(given["import"]) == used
    major, minor = max(needed[name] for name in given["import"])
    assert given["url"] == f"https://specs.apollo.dev/federation/v{major}.{minor}"


def test_names_that_another_graph_may_have_carry_our_prefix(schema: GraphQLSchema) -> None:
    """Every type, input, enum and union begins with MLEnergy, LLM or Diffusion, except the few that graphs share."""
    specified = {name for name in schema.type_map if is_specified_scalar_type(schema.type_map[name]) or "_" in name}
    named = schema.type_map.keys() - specified - UNPREFIXED
    assert [name for name in sorted(named) if not name.startswith(("MLEnergy", "LLM", "Diffusion"))] == []
    assert schema.type_map.keys() >= UNPREFIXED


@pytest.mark.parametrize("name", ["_Entity", "_Any", "_Service", "link__Import", "federation__FieldSet"])
def test_names_of_the_federation_specification_are_left_alone(name: str) -> None:
    """A gateway looks for them."""
    assert wire_name(name) == name


def test_page_info_may_be_another_graphs_too(sdl: str) -> None:
    """Every graph has one, so ours must be shareable to be composed."""
    assert "type PageInfo @shareable {" in sdl


def test_everything_is_described(schema: GraphQLSchema) -> None:
    """The schema and every type, field, argument, input field and enum value have a description."""
    assert schema.description
    silent = [name for name, found in schema.type_map.items() if not found.description]
    for name, found in schema.type_map.items():
        if isinstance(found, GraphQLObjectType):
            members = found.fields.items()
            silent += [f"{name}.{field}" for field, its in members if not its.description]
            silent += [
                f"{name}.{field}({argument})"
                for field, its in members
                for argument, of_it in its.args.items()
                if not of_it.description
            ]
        elif isinstance(found, GraphQLInputObjectType):
            silent += [f"{name}.{field}" for field, its in found.fields.items() if not its.description]
        elif isinstance(found, GraphQLEnumType):
            silent += [f"{name}.{value}" for value, its in found.values.items() if not its.description]
    # What federation brings along is described by its own specification.
    assert [name for name in silent if not name.startswith(("_", "link__", "Query._"))] == []


def test_the_committed_schema_is_the_schema(sdl: str) -> None:
    """Whoever reads schema/schema.graphql reads what is served."""
    assert (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8") == sdl
    run = run_server("export-schema", "--check")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_export_schema_writes_it_and_check_finds_a_difference(sdl: str, tmp_path: Path) -> None:
    """To a file or to standard output; `--check` writes nothing and ends with code 1."""
    file = tmp_path / "schema.graphql"
    assert run_server("export-schema", "-").stdout == sdl
    assert run_server("export-schema", str(file)).returncode == 0
    assert file.read_text(encoding="utf-8") == sdl
    file.write_text(sdl.replace("type MLEnergyTimeline {", "type MLEnergyTimelines {"), encoding="utf-8")
    changed = file.read_text(encoding="utf-8")
    run = run_server("export-schema", "--check", str(file))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == f"{file} differs from the schema; run: python server.py export-schema\n"
    assert file.read_text(encoding="utf-8") == changed


def test_the_sdl_is_a_schema_by_itself(sdl: str) -> None:
    """Tools that know no federation read it once its directives are declared."""
    declared = (
        "directive @link(url: String!, import: [String]) repeatable on SCHEMA\n"
        "directive @key(fields: String!) repeatable on OBJECT\n"
        "directive @shareable on OBJECT\n"
        "scalar _Any\n"
    )
    assert schema_of_text(declared + sdl.replace("scalar _Any\n", "")).query_type is not None
