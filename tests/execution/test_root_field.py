"""The root fields below a namespace: the same answers, also executed as columns."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from schema.build import build_schema
from tests.graph import Graph
from tests.server_process import run_server, running_server

if TYPE_CHECKING:
    from tables.dataset import Dataset

RUNS = """llmRuns(where: $where, first: $first, orderBy: [{field: ENERGY_PER_TOKEN_JOULES}]) {
  totalCount nodes { id task energyPerTokenJoules model { modelId } gpu { model } } pageInfo { endCursor } }"""
# Variables of a query, its root fields, and values of the variables.
QUERIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "connections": ("($where: LLMRunFilter, $first: Int)", RUNS, {"first": 5, "where": {"task": {"eq": "gpqa"}}}),
    "lists": ("", "gpus { model tdpWatts models { modelId runsByGpu { runCount } } } tasks { name runCount }", {}),
    "lookups": ("($id: ID!)", 'gpu(model: "H100") { vendor } model(modelId: $id) { org }', {"id": "no-such/model"}),
    "plain values": ("", "dataset { name llmRunCount columns { name unit } } __typename", {}),
    "raw files": ("", "llmRuns(first: 2) { nodes { id timeline(maxPoints: 5) { relativeTimeS } } }", {}),
    "open fields": (
        "($first: Int)",
        "models(first: 3) { nodes { modelId llmRuns(first: $first) { nodes { id } } } }",
        {"first": 2},
    ),
    "aliases": (
        "($first: Int)",
        f"one: {RUNS.replace('$where', '{}')} two: models(first: 1) {{ totalCount }}",
        {"first": 1},
    ),
    "directives": (
        "($no: Boolean!)",
        "gpus { model vendor @skip(if: $no) } tasks @include(if: $no) { name }",
        {"no": True},
    ),
    "errors": (
        "($first: Int)",
        """gpus { model } llmRun(id: "x") { id } models(first: $first) { totalCount } task(name: "gpqa") { name
           models { bestRun(by: ENERGY_PER_TOKEN_JOULES, where: {gpuModel: {eq: "none"}}) { id } } }""",
        {"first": 1},
    ),
}


@pytest.fixture(scope="module", params=["columns", "row by row"])
def both(request: pytest.FixtureRequest, sample: Dataset) -> tuple[Graph, Graph]:
    """The default graph, and the graph with its root fields below `mlEnergy`."""
    row_by_row = request.param == "row by row"
    schemas = [build_schema(root_field=name) for name in (None, "mlEnergy")]
    plain, nested = (Graph(schema, sample, row_by_row=row_by_row) for schema in schemas)
    return plain, nested


def answers(graph: Graph, query: str, variables: dict[str, Any], *below: str) -> Any:  # noqa: ANN401 - an answer
    """Return data and errors with paths relative to the namespace."""
    answer = graph.answer(query, **variables)
    data = answer.data
    for name in below:
        data = data[name] if data else None
    errors = [((error.path or [])[len(below) :], error.message) for error in answer.errors or []]
    return data, sorted(errors, key=str)


@pytest.mark.parametrize("name", QUERIES)
def test_nested_root_fields_answer_the_same(both: tuple[Graph, Graph], name: str) -> None:
    """Data, errors and paths are those of the default graph, for the first and for repeated requests."""
    plain, nested = both
    variables, fields, values = QUERIES[name]
    for _ in range(3):
        data, errors = answers(plain, f"query {variables} {{ {fields} }}", values)
        if "__typename" in fields:
            data["__typename"] = "MLEnergyQuery"
        assert answers(nested, f"query {variables} {{ mlEnergy {{ {fields} }} }}", values, "mlEnergy") == (data, errors)
    assert bool(errors) == (name == "errors")


def test_aliased_namespaces_are_independent(both: tuple[Graph, Graph]) -> None:
    """Two aliases of the namespace and a fragment in both have separate answers in repeated requests."""
    _, nested = both
    query = """query ($first: Int) {
      a: mlEnergy { models(first: 1) { nodes { modelId llmRuns(first: $first) { totalCount } } } ...Rest }
      b: mlEnergy { models(first: 2) { nodes { modelId llmRuns(first: $first) { totalCount } } } ...Rest }
    }
    fragment Rest on MLEnergyQuery { gpus { model llmRuns(first: $first) { nodes { id } } } }"""
    for first in (1, 2, 1, 2):
        data = nested.ask(query, first=first)
        assert [len(data[name]["models"]["nodes"]) for name in "ab"] == [1, 2]
        assert data["a"]["gpus"] == data["b"]["gpus"]
        assert {len(gpu["llmRuns"]["nodes"]) for gpu in data["a"]["gpus"]} == {first}


def test_federation_stays_at_the_root() -> None:
    """`_service` and `_entities` are where the federation specification requires them."""
    sdl = run_server("export-schema", "--root-field", "mlEnergy", "-").stdout
    query = next(part for part in sdl.split("\n}\n") if "\ntype Query {" in part)
    assert sorted(re.findall(r"^  (\w+)[(:]", query, re.MULTILINE)) == ["_entities", "_service", "mlEnergy"]
    assert "type MLEnergyQuery {" in sdl


def test_a_server_with_the_setting_nests_its_root_fields() -> None:
    """By environment variable, over HTTP; an invalid field name is refused at the start."""
    with running_server("--source", "sample", environment={"MLENERGY_ROOT_FIELD": "mlEnergy"}) as address:
        query = "{ mlEnergy { dataset { name } } _service { sdl } }"
        answer = httpx.post(f"{address}/graphql", json={"query": query}).json()
        refused = httpx.post(f"{address}/graphql", json={"query": "{ dataset { name } }"}).json()
    assert answer["data"]["mlEnergy"] == {"dataset": {"name": "sample"}}
    assert "  mlEnergy: MLEnergyQuery" in answer["data"]["_service"]["sdl"]
    assert "data" not in refused
    ended = run_server("serve", "--source", "sample", "--root-field", "_entities")
    assert (ended.returncode, ended.stderr) == (
        2,
        "error: --root-field is '_entities'; allowed: a GraphQL name that begins with a letter\n",
    )


def test_entities_are_the_same_with_a_namespace(both: tuple[Graph, Graph]) -> None:
    """Entities are not nested, and equal to those of the default graph."""
    query = '{ _entities(representations: [{__typename: "GPU", model: "H100"}]) { ... on GPU { vendor } } }'
    plain, nested = both
    assert nested.ask(query) == plain.ask(query)


def test_nested_levels_are_executed_as_columns(sample: Dataset) -> None:
    """No root field below the namespace falls back to row-by-row execution."""
    nested = Graph(build_schema(root_field="mlEnergy"), sample)
    for _ in range(3):
        nested.ask(f"query ($where: LLMRunFilter, $first: Int) {{ mlEnergy {{ {RUNS} gpus {{ model }} }} }}", first=50)
    assert not nested.documents.engine.fallbacks
