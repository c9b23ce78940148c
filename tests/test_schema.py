"""The schema as clients rely on it: promised names and types, descriptions and the committed SDL."""

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

if TYPE_CHECKING:
    from pathlib import Path

    from graphql import GraphQLSchema

# The part of the schema that must not be removed or changed.
PROMISED = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests" / "promised").iterdir()))
KEYS = {
    "MLEnergyDataset": "name",
    "Model": "modelId",
    "GPU": "model",
    "MLEnergyTask": "name",
    "LLMRun": "id",
    "DiffusionRun": "id",
}
# Names that other graphs refer to or share.
UNPREFIXED = {"Node", "LLMRun", "DiffusionRun", "Model", "GPU", "PageInfo", "Query"}
FILTERS = {
    ColumnType.STRING: "MLEnergyStringFilter",
    ColumnType.INT: "MLEnergyIntFilter",
    ColumnType.FLOAT: "MLEnergyFloatFilter",
    ColumnType.BOOLEAN: "MLEnergyBooleanFilter",
}

Members = dict[str, str]


@pytest.fixture(scope="module")
def sdl() -> str:
    """The schema as SDL text."""
    return build_schema().as_str() + "\n"


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The graphql-core schema."""
    return core_schema(build_schema())


def _definitions(text: str) -> dict[str, Members]:
    """Map each type of an SDL to its members, and each member to its type as written."""
    types: dict[str, Members] = {}
    for node in parse(text).definitions:
        match node:
            case ObjectTypeDefinitionNode() | InputObjectTypeDefinitionNode():
                types[node.name.value] = {member.name.value: _type_of(member) for member in node.fields or ()}
                for field in node.fields or ():
                    for argument in getattr(field, "arguments", None) or ():
                        types[node.name.value][f"{field.name.value}({argument.name.value})"] = _type_of(argument)
            case EnumTypeDefinitionNode():
                types[node.name.value] = {value.name.value: "" for value in node.values or ()}
    return types


def _type_of(node: FieldDefinitionNode | InputValueDefinitionNode) -> str:
    default = getattr(node, "default_value", None)
    return print_ast(node.type) + (f" = {print_ast(default)}" if default else "")


@pytest.mark.parametrize("name", _definitions(PROMISED))
def test_every_promised_member_is_in_the_schema(sdl: str, name: str) -> None:
    """Every field, argument, input field and enum value of tests/promised exists with the promised type."""
    promised, actual = _definitions(PROMISED)[name], _definitions(sdl)[name]
    assert {member: actual.get(member) for member in promised} == promised


def test_added_arguments_are_optional(schema: GraphQLSchema) -> None:
    """A document that uses only the promised arguments stays valid."""
    promised = _definitions(PROMISED)
    required = [
        f"{name}.{field}({argument})"
        for name in promised
        if isinstance(parent := schema.type_map[name], GraphQLObjectType)
        for field, definition in parent.fields.items()
        if field in promised[name]
        for argument, value in definition.args.items()
        if f"{field}({argument})" not in promised[name] and str(value.type).endswith("!") and not _has_default(value)
    ]
    assert required == []


def _has_default(argument: object) -> bool:
    node = getattr(argument, "ast_node", None)
    return getattr(argument, "default_value", None) is not None or bool(getattr(node, "default_value", None))


@pytest.mark.parametrize(
    ("table", "columns"),
    [("LLMRun", RUN_KINDS["llm"].columns), ("DiffusionRun", RUN_KINDS["diffusion"].columns), ("Model", MODEL_COLUMNS)],
)
def test_every_column_can_be_read_filtered_and_ordered_by(sdl: str, table: str, columns: tuple[Column, ...]) -> None:
    """Each column is an output field, a filter field of the input for its type, and a value of the order enum."""
    definitions = _definitions(sdl)
    for column in columns:
        name = graph_name(column.name)
        assert name in definitions[table]
        assert definitions[wire_name(f"{table}Filter")][name] == FILTERS[column.type]
        assert column.name.upper() in definitions[wire_name(f"{table}Field")]


def test_a_column_description_names_its_source_and_unit(schema: GraphQLSchema) -> None:
    """Each description names the Parquet column and file, and the unit if the column has one."""
    for table, name in (("llm", "LLMRun"), ("diffusion", "DiffusionRun")):
        fields = cast("GraphQLObjectType", schema.type_map[name]).fields
        for column in RUN_KINDS[table].columns:
            description = fields[graph_name(column.name)].description or ""
            assert f"Column `{column.name}` of `runs/{table}.parquet`." in description
            assert column.unit is None or f"Unit: {column.unit}." in description


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_each_entity_has_its_key(sdl: str, name: str, key: str) -> None:
    """Each entity has exactly one directive: @key with its documented field."""
    node = next(node for node in parse(sdl).definitions if getattr(getattr(node, "name", None), "value", None) == name)
    directives = [print_ast(directive) for directive in getattr(node, "directives", ())]
    assert directives == [f'@key(fields: "{key}")']


def test_the_federation_link_is_the_lowest_version_with_our_directives(sdl: str) -> None:
    """Composers refuse versions newer than their own, so the link names the lowest that has all used directives."""
    minimum = {f"@{each.imported_from.name}": each.minimum_version for each in FederationDirective.__subclasses__()}
    link = next(
        directive
        for node in parse(sdl).definitions
        if isinstance(node, SchemaDefinitionNode)
        for directive in node.directives or ()
    )
    actual = {argument.name.value: value_from_ast_untyped(argument.value) for argument in link.arguments or ()}
    used = {f"@{name}" for name in re.findall(r"\s@(\w+)", sdl)} - {"@link", "@deprecated"}
    assert set(actual["import"]) == used
    major, minor = max(minimum[name] for name in actual["import"])
    assert actual["url"] == f"https://specs.apollo.dev/federation/v{major}.{minor}"


def test_type_names_have_a_prefix(schema: GraphQLSchema) -> None:
    """Every type, input, enum and union name begins with MLEnergy, LLM or Diffusion, except the shared names."""
    specified = {name for name in schema.type_map if is_specified_scalar_type(schema.type_map[name]) or "_" in name}
    named = schema.type_map.keys() - specified - UNPREFIXED
    assert [name for name in sorted(named) if not name.startswith(("MLEnergy", "LLM", "Diffusion"))] == []
    assert schema.type_map.keys() >= UNPREFIXED


@pytest.mark.parametrize("name", ["_Entity", "_Any", "_Service", "link__Import", "federation__FieldSet"])
def test_names_of_the_federation_specification_have_no_prefix(name: str) -> None:
    """Gateways look up these names, so they stay unchanged."""
    assert wire_name(name) == name


def test_page_info_is_shareable(sdl: str) -> None:
    """Other graphs define PageInfo too, and composition fails unless ours is shareable."""
    assert "type PageInfo @shareable {" in sdl


def test_everything_is_described(schema: GraphQLSchema) -> None:
    """The schema and every type, field, argument, input field and enum value have a description."""
    assert schema.description
    undescribed = [name for name, each in schema.type_map.items() if not each.description]
    for name, each in schema.type_map.items():
        if isinstance(each, GraphQLObjectType):
            members = each.fields.items()
            undescribed += [f"{name}.{field}" for field, definition in members if not definition.description]
            undescribed += [
                f"{name}.{field}({argument})"
                for field, definition in members
                for argument, value in definition.args.items()
                if not value.description
            ]
        elif isinstance(each, GraphQLInputObjectType):
            undescribed += [f"{name}.{field}" for field, value in each.fields.items() if not value.description]
        elif isinstance(each, GraphQLEnumType):
            undescribed += [f"{name}.{value}" for value, member in each.values.items() if not member.description]
    # The types that Federation adds are documented in its specification.
    assert [name for name in undescribed if not name.startswith(("_", "link__", "Query._"))] == []


def test_the_committed_sdl_is_current(sdl: str) -> None:
    """schema/schema.graphql equals the served schema, and `export-schema --check` exits with 0."""
    assert (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8") == sdl
    run = run_server("export-schema", "--check")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_export_schema_writes_the_sdl_and_check_reports_a_difference(sdl: str, tmp_path: Path) -> None:
    """The SDL goes to a file or to standard output; `--check` leaves the file unchanged and exits with 1."""
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


def test_the_sdl_is_valid_without_federation(sdl: str) -> None:
    """Tools without Federation support can build the schema once its directives are declared."""
    declared = (
        "directive @link(url: String!, import: [String]) repeatable on SCHEMA\n"
        "directive @key(fields: String!) repeatable on OBJECT\n"
        "directive @shareable on OBJECT\n"
        "scalar _Any\n"
    )
    assert schema_of_text(declared + sdl.replace("scalar _Any\n", "")).query_type is not None
