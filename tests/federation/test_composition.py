"""Our SDL beside other subgraphs, in every composer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from schema.build import build_schema
from tests.federation.conftest import FOLDER
from tests.federation.hostile import PREFIX, hostile_sdl, members_of

if TYPE_CHECKING:
    from collections.abc import Callable

COMPOSERS = ("apollo", "apollo-2.3", "hive", "wundergraph")
each_composer = pytest.mark.parametrize("composer", COMPOSERS)
# A graph with root fields of our names.
NAMESAKE = "type Query { models: [String!]! tasks: Int dataset(name: ID!): Boolean gpus: Int }"
LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"]) '
# What docs/federation.md says of the names that we keep, and whether it composes.
KEPT_NAMES = {
    "GPU with another key": ('type GPU @key(fields: "id") { id: ID! } type Query { theirs: GPU }', False),
    "GPU with a field of ours": (
        'type GPU @key(fields: "model") { model: ID! vendor: String } type Query { theirs: GPU }',
        False,
    ),
    "Model by id": ('type Model @key(fields: "id") { id: ID! } type Query { theirs: Model }', False),
    "Model by both": (
        'type Model @key(fields: "id") @key(fields: "modelId") { id: ID! modelId: ID! } type Query { theirs: Model }',
        True,
    ),
    "modelId as String": (
        'type Model @key(fields: "modelId") { modelId: String! } type Query { theirs: Model }',
        False,
    ),
    "PageInfo of its own": ("type PageInfo { hasNextPage: Boolean! } type Query { theirs: PageInfo }", False),
}


@pytest.fixture(scope="module")
def sdl(live_server: str) -> str:
    """The SDL as a gateway asks a real server for it."""
    answer = httpx.post(f"{live_server}/graphql", json={"query": "{ _service { sdl } }"}).json()
    found: str = answer["data"]["_service"]["sdl"]
    return found


@pytest.fixture(scope="module")
def composed(sdl: str, node: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """What each composer makes of each set of subgraphs."""

    def subgraphs(*sdls: str) -> list[dict[str, str]]:
        return [
            {"name": f"graph{number}", "url": f"http://127.0.0.1:1/{number}", "sdl": each}
            for number, each in enumerate(sdls)
        ]

    return node(
        "compose.js",
        {
            "ours": subgraphs(sdl),
            "hostile": subgraphs(sdl, hostile_sdl(sdl)),
            "without the prefix": subgraphs(sdl.replace(PREFIX, ""), hostile_sdl(sdl)),
            "same root fields": subgraphs(sdl, NAMESAKE),
            "nested": subgraphs(build_schema(root_field="mlEnergy").as_str(), NAMESAKE),
            **{name: subgraphs(sdl, LINK + theirs) for name, (theirs, _) in KEPT_NAMES.items()},
        },
    )


@each_composer
def test_our_sdl_composes(composed: Any, composer: str) -> None:  # noqa: ANN401 - JSON
    """Each composer takes it, one that knows no federation beyond v2.3 too."""
    assert composed["ours"][composer]["errors"] == []


@each_composer
def test_a_hostile_subgraph_takes_nothing_from_ours(composed: Any, composer: str, sdl: str) -> None:  # noqa: ANN401
    """Beside a subgraph with every generic name, both keep every type, field, argument, input and value."""
    found = composed["hostile"][composer]
    assert found["errors"] == []
    supergraph = members_of(found["supergraph"])
    for own in (sdl, hostile_sdl(sdl)):
        expected = {name: members for name, members in members_of(own).items() if name not in {"Query", "_Service"}}
        assert len(expected) > 50
        assert {name: supergraph.get(name) for name in expected} == expected


@each_composer
def test_without_the_prefix_the_same_subgraph_breaks_ours(composed: Any, composer: str) -> None:  # noqa: ANN401
    """The hostile subgraph is one: without our prefix it fails the composition."""
    assert composed["without the prefix"][composer]["errors"] != []


@each_composer
def test_a_root_field_makes_room_for_root_fields_of_the_same_names(composed: Any, composer: str) -> None:  # noqa: ANN401
    """A graph with its own `models` or `tasks` cannot be composed with ours, unless ours are nested under one field."""
    assert composed["same root fields"][composer]["errors"] != []
    assert composed["nested"][composer]["errors"] == []
    root = members_of(composed["nested"][composer]["supergraph"])["Query"]
    assert {re.sub(r"\(.*", "", field) for field in root} == {"mlEnergy", "models", "tasks", "dataset", "gpus"}


@each_composer
@pytest.mark.parametrize("name", KEPT_NAMES)
def test_collisions_of_the_names_that_we_keep_are_reported(composed: Any, composer: str, name: str) -> None:  # noqa: ANN401
    """What docs/federation.md says of them holds in every composer."""
    assert (composed[name][composer]["errors"] == []) == KEPT_NAMES[name][1]


def test_the_lock_names_no_registry() -> None:
    """Packages are locked by version and hash, not by the registry of whoever wrote the lock."""
    lock = json.loads((FOLDER / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
