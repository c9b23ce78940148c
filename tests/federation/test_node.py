"""Composition beside another subgraph that has Relay's `Node`, or its own ids on our types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from schema.build import build_schema
from tests.federation.hostile import members_of

if TYPE_CHECKING:
    from collections.abc import Callable

COMPOSERS = ("apollo", "apollo-2.3", "hive", "wundergraph")
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable", "@override"]) '
)
PAPER = 'interface Node { id: ID! } type Paper implements Node @key(fields: "id") { id: ID! title: String } '
LOOKUPS = "node(id: ID!): Node nodes(ids: [ID!]!): [Node]!"
SHARED = LOOKUPS.replace("Node nodes", "Node @shareable nodes") + " @shareable"
MODEL = 'type Model @key(fields: "modelId") @key(fields: "id") { modelId: ID! id: ID! papers: Int } '
# SDL of another subgraph, and whether it composes with ours as it is, and with our root fields nested in one field.
PARTNERS = {
    "Node without lookups": (PAPER + "type Query { papers: [Paper!]! }", True, True),
    "Node with lookups": (PAPER + f"type Query {{ papers: [Paper!]! {LOOKUPS} }}", False, True),
    "Node with shareable lookups": (PAPER + f"type Query {{ papers: [Paper!]! {SHARED} }}", False, True),
    "Node with another field": (
        PAPER.replace("id: ID! }", "id: ID! title: String }", 1) + "type Query { papers: [Paper!]! }",
        False,
        True,
    ),
    "Node of a cluster": (
        'type Node @key(fields: "host") { host: ID! gpus: Int } type Query { hosts: [Node!]! }',
        False,
        True,
    ),
    "Model with an id of its own": (MODEL + "type Query { theirs: Model }", False, False),
    "Model that overrides the id": (
        MODEL.replace("id: ID! papers", 'id: ID! @override(from: "mlenergy") papers') + "type Query { theirs: Model }",
        True,
        True,
    ),
}
Results = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def composed(node: Callable[[str, Any], Any]) -> Results:
    """The result of each composer for each partner and each of our schemas."""
    ours = {"plain": build_schema().as_str(), "nested": build_schema(root_field="mlEnergy").as_str()}
    sets = {
        f"{name}, {way}": {
            "composers": COMPOSERS,
            "subgraphs": [
                {"name": "mlenergy", "url": "http://127.0.0.1:1/ours", "sdl": sdl},
                {"name": "papers", "url": "http://127.0.0.1:1/theirs", "sdl": LINK + theirs},
            ],
        }
        for name, (theirs, _, _) in PARTNERS.items()
        for way, sdl in ours.items()
    }
    results: Results = node("compose.js", sets)
    return results


@pytest.mark.parametrize("composer", COMPOSERS)
@pytest.mark.parametrize("name", PARTNERS)
def test_node_composes_as_documented(composed: Results, composer: str, name: str) -> None:
    """Every composer agrees with the table above, which docs/federation.md summarizes."""
    outcome = [composed[f"{name}, {way}"][composer]["errors"] == [] for way in ("plain", "nested")]
    assert outcome == [*PARTNERS[name][1:]]


@pytest.mark.parametrize("composer", COMPOSERS)
def test_both_graphs_retain_their_nodes(composed: Results, composer: str) -> None:
    """Nested, the other graph's `node` remains at the root, and ours is below our field, with its own interface."""
    supergraph = composed["Node with lookups, nested"][composer]["supergraph"]
    members = members_of(supergraph)
    fields = {kind: {re.sub(r"\(.*", "", each) for each in members[kind]} for kind in ("Query", "MLEnergyQuery")}
    assert fields["Query"] == {"mlEnergy", "papers", "node", "nodes"}
    assert {"node", "nodes"} < fields["MLEnergyQuery"]
    assert set(re.findall(r"^interface (\w+)", supergraph, re.MULTILINE)) == {"Node", "MLEnergyNode", "MLEnergyRun"}
