"""`node` and `nodes` find every object by its `id`, which no other object of any type has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType

from execution.strawberry_internals import core_schema
from resolvers.context import Limits
from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset

ALL = """{
  llmRuns(stability: ANY, first: 2000) { nodes { __typename id nickname } }
  diffusionRuns(first: 2000) { nodes { __typename id nickname } }
  models(first: 2000) { nodes { __typename id modelId } }
  gpus { __typename id model } tasks { __typename id name } dataset { __typename id name }
}"""
NODES = """query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on LLMRun { nickname } ... on DiffusionRun { nickname } ... on Model { modelId } ... on GPU { model }
  ... on MLEnergyTask { name } ... on MLEnergyDataset { name }
} }"""
NODE = NODES.replace("nodes(ids: $ids)", "node(id: $id)").replace("$ids: [ID!]!", "$id: ID!")
MALFORMED = ("", "1", "Model", "Model:", "model:x", "Nothing:x", "LLMRun:x", "Model:a\u0000b", f"Model:{'x' * 1_025}")
UNKNOWN = ("a" * 24, "Model:no-such/model", "GPU:H1000", "MLEnergyTask:no", "MLEnergyDataset:other", "Model:a:b")


def objects(graph: Graph) -> list[dict[str, Any]]:
    """Return all objects with an id, in the order of their types."""
    found = graph.ask(ALL)
    lists = [found[name]["nodes"] for name in ("llmRuns", "diffusionRuns", "models")]
    return [each for one in (*lists, found["gpus"], found["tasks"], [found["dataset"]]) for each in one]


def test_every_object_is_found_by_its_id(any_graph: Graph) -> None:
    """Ids of all types differ, and `nodes` returns the objects in the order of the ids, with their own fields."""
    every = objects(any_graph)
    ids = [each["id"] for each in every]
    assert len({each["__typename"] for each in every}) == 6
    assert len(set(ids)) == len(ids) > 300
    reverse = ids[::-2]
    assert any_graph.ask(NODES, ids=reverse)["nodes"] == every[::-2]
    for each in {each["__typename"]: each for each in every}.values():
        assert any_graph.ask(NODE, id=each["id"]) == {"node": each}


def test_ids_state_the_type_and_the_key(graph: Graph) -> None:
    """Ids of objects with a readable key contain it; ids of runs do not depend on the type."""
    assert graph.ask('{ gpu(model: "H100") { id } task(name: "gpqa") { id } dataset { id } }') == {
        "gpu": {"id": "GPU:H100"},
        "task": {"id": "MLEnergyTask:gpqa"},
        "dataset": {"id": "MLEnergyDataset:sample"},
    }
    run = graph.ask("{ llmRuns(first: 1) { nodes { id model { id modelId } } } }")["llmRuns"]["nodes"][0]
    assert run["model"]["id"] == f"Model:{run['model']['modelId']}"
    assert graph.ask("query ($id: ID!) { llmRun(id: $id) { id } }", id=run["id"]) == {"llmRun": {"id": run["id"]}}


def test_an_unknown_id_is_null_without_an_error(any_graph: Graph) -> None:
    """Also the id of a model that was never measured: only a gateway refers to such a model."""
    assert any_graph.ask(NODES, ids=[*UNKNOWN, "GPU:H100"]) == {
        "nodes": [*[None] * len(UNKNOWN), {"__typename": "GPU", "id": "GPU:H100", "model": "H100"}]
    }
    for each in UNKNOWN:
        assert any_graph.ask(NODE, id=each) == {"node": None}


def test_a_malformed_id_is_null_with_its_own_error(any_graph: Graph) -> None:
    """The error names the id, and the other objects are found."""
    answer = any_graph.answer(NODES, ids=["GPU:H100", *MALFORMED])
    found = {"__typename": "GPU", "id": "GPU:H100", "model": "H100"}
    assert answer.data == {"nodes": [found, *[None] * len(MALFORMED)]}
    errors = {tuple(error.path or ()): error for error in answer.errors or ()}
    assert set(errors) == {("nodes", position) for position in range(1, len(MALFORMED) + 1)}
    assert errors["nodes", 6].message == (
        "'Nothing:x' is not an id of this graph; allowed: the id of a run, or Model, GPU, MLEnergyTask, "
        "MLEnergyDataset followed by `:` and a key of 1 to 1024 printable characters."
    )
    assert all(len(error.message) < 400 for error in errors.values())
    for each in MALFORMED:
        answer = any_graph.answer(NODE, id=each)
        [error] = answer.errors or []
        assert (answer.data, error.path) == ({"node": None}, ["node"])
        assert (error.extensions or {})["code"] == "BAD_USER_INPUT"


def test_an_error_below_an_object_leaves_the_others(any_graph: Graph) -> None:
    """A refused argument makes the object null where the field is non-null, and only the field where it is nullable."""
    query = """{
      nodes(ids: ["GPU:H100", "MLEnergyTask:gpqa"]) { id ... on GPU { llmRuns(first: -1) { totalCount } } }
      node(id: "GPU:B200") { id ... on GPU { bestRun(by: NUM_GPUS, where: {task: {eq: "no"}}) { id } } }
    }"""
    answer = any_graph.answer(query)
    assert answer.data == {
        "nodes": [None, {"id": "MLEnergyTask:gpqa"}],
        "node": {"id": "GPU:B200", "bestRun": None},
    }
    assert sorted(str(error.path) for error in answer.errors or ()) == [
        "['node', 'bestRun']",
        "['nodes', 0, 'llmRuns']",
    ]


def test_the_limit_counts_distinct_ids(any_graph: Graph) -> None:
    """Repeated ids are looked up once; more than 2,000 different ones are refused before the lookup."""
    assert any_graph.ask(NODES, ids=["GPU:H100"] * 3_000)["nodes"][2_999]["model"] == "H100"
    distinct = [f"GPU:{position}" for position in range(2_001)]
    assert any_graph.ask(NODES, ids=distinct[:2_000]) == {"nodes": [None] * 2_000}
    error = any_graph.refusal(NODES, ids=distinct)
    assert error.message.startswith("nodes refers to 2001 distinct entities; one request may refer to at most 2000 ")
    assert error.extensions["requested"] == 2_001


def test_an_unmeasured_model_has_an_id(any_graph: Graph) -> None:
    """An entity that only a gateway refers to has the id that a measured model would have."""
    query = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Node { id } ... on Model { measured } } }"
    of = [{"__typename": "Model", "modelId": "no-such/model"}]
    assert any_graph.ask(query, of=of) == {"_entities": [{"id": "Model:no-such/model", "measured": False}]}


def test_nodes_are_executed_as_columns(sample: Dataset) -> None:
    """No root field falls back to row-by-row execution: fragments on the interface, on types, nested lists."""
    graph = Graph(build_schema(), sample)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) { ...of } node(id: "GPU:H100") { ...of id } }
      fragment of on Node { __typename ... on Node { id } ... on GPU { modelRuns { model { id } runCount } }
        ... on LLMRun { model { id gpus { id } } gpu { id } taskInfo { id } } }"""
    every = objects(graph)
    for _ in range(3):  # the second time, a template is made
        answer = graph.ask(query, ids=[each["id"] for each in every])
        assert [each["id"] for each in answer["nodes"]] == [each["id"] for each in every]
        assert answer["node"]["id"] == "GPU:H100"
        assert answer["node"]["modelRuns"]
    assert not graph.documents.engine.fallbacks


@pytest.mark.parametrize(("root_field", "name"), [(None, "Node"), ("mlEnergy", "MLEnergyNode")])
def test_exactly_the_types_with_an_id_are_nodes(root_field: str | None, name: str) -> None:
    """Client caches merge objects with an equal `id` or `_id`, so objects without identity do not have such a field."""
    schema = core_schema(build_schema(root_field=root_field))
    types = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
    node = schema.type_map[name]
    assert isinstance(node, GraphQLInterfaceType)
    implementing = {kind.name for kind in types if node in kind.interfaces}
    assert implementing == {"LLMRun", "DiffusionRun", "Model", "GPU", "MLEnergyTask", "MLEnergyDataset"}
    assert {kind.name for kind in types if {"id", "_id"} & kind.fields.keys()} == implementing
    interfaces = {kind.name for kind in schema.type_map.values() if isinstance(kind, GraphQLInterfaceType)}
    assert interfaces == {name, "MLEnergyRun"}  # which implements it


def test_a_root_field_nests_the_lookups(sample: Dataset) -> None:
    """Below the root field, `node` finds the same objects, and errors have the whole path."""
    for row_by_row in (False, True):
        graph = Graph(build_schema(root_field="mlEnergy"), sample, row_by_row=row_by_row, limits=Limits())
        answer = graph.answer('{ mlEnergy { node(id: "GPU:H100") { id } nodes(ids: ["x", "GPU:H100"]) { id } } }')
        found = {"id": "GPU:H100"}
        assert answer.data == {"mlEnergy": {"node": found, "nodes": [None, found]}}
        assert [error.path for error in answer.errors or ()] == [["mlEnergy", "nodes", 0]]
