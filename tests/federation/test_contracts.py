"""`@tag`: another team can compose a contract variant of our subgraph without fields that read raw files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLObjectType
from graphql import build_schema as schema_of_text

from schema.tags import RAW
from tests.federation.static_estimate import DECLARED
from tests.federation.test_cost_directives import PARTNER

if TYPE_CHECKING:
    from collections.abc import Callable

TAG = f'@tag(name: "{RAW}")'
# Fields that open raw files, by type; those of both kinds of runs have the same names.
TAGGED = {
    *(("LLMRun", name) for name in ("outputLengths", "interTokenLatencies", "latencies", "serverMetrics", "timeline")),
    *(("DiffusionRun", name) for name in ("iterations", "skippedIterationCount", "timeline")),
    *(("LLMRunConnection", name) for name in ("commonTimelines", "outputLengthDistribution")),
    ("DiffusionRunConnection", "commonTimelines"),
    *((run, "timelineUnavailableBecause") for run in ("LLMRun", "DiffusionRun")),
    *(("LLMRun", f"{name}UnavailableBecause") for name in ("outputLengths", "interTokenLatencies")),
}


def fields_of(sdl: str) -> set[tuple[str, str]]:
    """Return (type, field) of all fields of objects."""
    return {
        (kind.name, name)
        for kind in schema_of_text(sdl).type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__")
        for name in kind.fields
    }


@pytest.fixture(scope="module")
def subgraphs(served_sdl: str) -> list[dict[str, str]]:
    """Our SDL and that of a partner."""
    sdls = {"mlenergy": served_sdl, "papers": PARTNER}
    return [{"name": name, "url": f"http://127.0.0.1:1/{name}", "sdl": sdl} for name, sdl in sdls.items()]


def test_fields_that_open_raw_files_are_tagged(served_sdl: str) -> None:
    """All of them, and no other field."""
    schema = schema_of_text(DECLARED + served_sdl)
    tagged = {
        (kind.name, name)
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items()
        if field.ast_node and any(directive.name.value == "tag" for directive in field.ast_node.directives or ())
    }
    assert tagged == TAGGED
    assert served_sdl.count(TAG) == len(TAGGED)


def test_composers_carry_the_tags_to_the_supergraph(
    subgraphs: list[dict[str, str]], node: Callable[[str, Any], Any]
) -> None:
    """Apollo's contracts read them there, so does Hive's registry."""
    composed = node("compose.js", {"both": {"composers": ["apollo", "hive"], "subgraphs": subgraphs}})["both"]
    for composer in ("apollo", "hive"):
        assert composed[composer]["errors"] == []
        assert composed[composer]["supergraph"].count(TAG) == len(TAGGED)


def test_a_contract_variant_leaves_out_raw_files(
    subgraphs: list[dict[str, str]], node: Callable[[str, Any], Any]
) -> None:
    """The variant has every field of the whole graph except the tagged ones and those of types only they return."""
    composed = node("contract.js", {"subgraphs": subgraphs, "exclude": [RAW]})
    assert composed["errors"] == []
    whole, variant = fields_of(composed["whole"]), fields_of(composed["variant"])
    left_out = whole - variant
    assert variant <= whole
    assert left_out >= TAGGED
    unreachable = {name for name, _ in left_out - TAGGED}
    assert unreachable.isdisjoint({name for name, _ in variant})
    assert ("Paper", "model") in variant
    assert ("LLMRunConnection", "paretoFrontier") in variant
