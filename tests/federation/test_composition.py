"""Composition of our SDL with other subgraphs, in every composer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from resolvers.context import Limits
from schema.build import build_schema, build_served_schema
from tests.federation.hostile import PREFIX, hostile_sdl, members_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.dataset import Dataset

# Composers by the source of our SDL. A running server links Federation 2.9 for the directives of costs; Apollo 2.3 is
# older, and composes the exported SDL.
SERVED, EXPORTED = ("apollo", "hive", "wundergraph"), ("apollo-2.3",)
COMPOSERS = (*SERVED, *EXPORTED)
each_composer = pytest.mark.parametrize("composer", COMPOSERS)
# A graph whose root fields have the same names as ours.
NAMESAKE = "type Query { models: [String!]! tasks: Int dataset(name: ID!): Boolean gpus: Int }"
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"]) '
# The collisions that docs/federation.md lists for names without a prefix, and whether each composes.
UNPREFIXED_NAMES = {
    "GPU with another key": ('type GPU @key(fields: "id") { id: ID! } type Query { theirs: GPU }', False),
    "GPU with a field of ours": (
        'type GPU @key(fields: "model") { model: ID! vendor: String } type Query { theirs: GPU }',
        False,
    ),
    "Model by id": ('type Model @key(fields: "id") { id: ID! } type Query { theirs: Model }', False),
    "Model by both": (
        'type Model @key(fields: "id") @key(fields: "modelId") { id: ID! modelId: ID! } type Query { theirs: Model }',
        False,
    ),
    "modelId as String": (
        'type Model @key(fields: "modelId") { modelId: String! } type Query { theirs: Model }',
        False,
    ),
    "PageInfo of its own": ("type PageInfo { hasNextPage: Boolean! } type Query { theirs: PageInfo }", False),
}


@pytest.fixture(scope="module")
def composed(served_sdl: str, sample: Dataset, node: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """The result of each composer for each set of subgraphs."""
    exported = build_schema().as_str()
    served = _sets(served_sdl, build_served_schema(sample, Limits(), root_field="mlEnergy").as_str(), SERVED)
    older = _sets(exported, build_schema(root_field="mlEnergy").as_str(), EXPORTED)
    results = node("compose.js", {f"served {name}": each for name, each in served.items()} | older)
    for name in served:
        results[name] |= results.pop(f"served {name}")
    return results


@pytest.fixture(scope="module")
def exported(node: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """The result of each composer for the exported SDL."""
    sets = {"exported": {"composers": COMPOSERS, "subgraphs": _subgraphs(build_schema().as_str())}}
    return node("compose.js", sets)["exported"]


def _sets(sdl: str, nested: str, composers: tuple[str, ...]) -> dict[str, Any]:
    sets = {
        "ours": (sdl,),
        "hostile": (sdl, hostile_sdl(sdl)),
        "without the prefix": (sdl.replace(PREFIX, ""), hostile_sdl(sdl)),
        "same root fields": (sdl, NAMESAKE),
        "nested": (nested, NAMESAKE),
        **{name: (sdl, LINK + theirs) for name, (theirs, _) in UNPREFIXED_NAMES.items()},
    }
    return {name: {"composers": composers, "subgraphs": _subgraphs(*sdls)} for name, sdls in sets.items()}


def _subgraphs(*sdls: str) -> list[dict[str, str]]:
    return [
        {"name": f"graph{number}", "url": f"http://127.0.0.1:1/{number}", "sdl": sdl} for number, sdl in enumerate(sdls)
    ]


@each_composer
def test_our_sdl_composes(composed: Any, exported: Any, composer: str) -> None:  # noqa: ANN401 - JSON
    """Every composer accepts the exported SDL; those that support Federation 2.9 accept that of a server."""
    assert composed["ours"][composer]["errors"] == []
    assert exported[composer]["errors"] == []


@each_composer
def test_a_hostile_subgraph_removes_no_member(composed: Any, composer: str, served_sdl: str) -> None:  # noqa: ANN401
    """Composed with a subgraph of all generic names, both retain every type, field, argument, input and enum value."""
    result = composed["hostile"][composer]
    assert result["errors"] == []
    supergraph = members_of(result["supergraph"])
    for own in (served_sdl, hostile_sdl(served_sdl)):
        expected = {name: members for name, members in members_of(own).items() if name not in {"Query", "_Service"}}
        assert len(expected) > 50
        assert {name: supergraph.get(name) for name in expected} == expected


@each_composer
def test_composition_without_the_prefix_fails(composed: Any, composer: str) -> None:  # noqa: ANN401
    """The hostile subgraph does collide: without our prefix it does not compose."""
    assert composed["without the prefix"][composer]["errors"] != []


@each_composer
def test_a_root_field_avoids_collisions_of_root_fields(composed: Any, composer: str) -> None:  # noqa: ANN401
    """A graph with its own `models` or `tasks` composes with ours only if ours are nested under one root field."""
    assert composed["same root fields"][composer]["errors"] != []
    assert composed["nested"][composer]["errors"] == []
    root = members_of(composed["nested"][composer]["supergraph"])["Query"]
    assert {re.sub(r"\(.*", "", field) for field in root} == {"mlEnergy", "models", "tasks", "dataset", "gpus"}


@each_composer
@pytest.mark.parametrize("name", UNPREFIXED_NAMES)
def test_collisions_of_names_without_a_prefix_are_reported(composed: Any, composer: str, name: str) -> None:  # noqa: ANN401
    """Every composer reports the collisions that docs/federation.md lists."""
    assert (composed[name][composer]["errors"] == []) == UNPREFIXED_NAMES[name][1]
