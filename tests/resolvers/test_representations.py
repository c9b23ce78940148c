"""Entities are resolved by the key of their representation, and each can have its own error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from caches import ByteCache
from resolvers.context import Limits
from schema.build import build_schema
from tables.table import Table
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset

ENTITIES = """query ($of: [_Any!]!) { _entities(representations: $of) {
  __typename ... on Model { modelId } ... on GPU { model vendor } ... on LLMRun { id nickname }
  ... on MLEnergyDataset { name }
} }"""
# Selects every field of a model.
WHOLE_MODEL = """query ($of: [_Any!]!) { _entities(representations: $of) { ... on Model {
  modelId measured nickname org architecture totalParamsBillions activatedParamsBillions weightPrecision
  tasks { name } gpus { model }
  llmRuns(first: 1) { totalCount nodes { id } pageInfo { hasNextPage endCursor } groups(by: [TASK]) { count } }
  diffusionRuns { totalCount nodes { id } }
  bestRun(by: ENERGY_PER_TOKEN_JOULES) { id } bestDiffusionRun(by: ENERGY_PER_GENERATION_JOULES) { id }
  speedup(baseline: "H100", candidate: "B200") { pairCount unmatched median baseline { model } }
  diffusionSpeedup(baseline: "H100", candidate: "B200") { pairCount unmatched median }
  runsByGpu { runCount }
} } }"""


def unmeasured(model_id: str, org: str) -> dict[str, Any]:
    """Return the answer to WHOLE_MODEL for a model without measurements."""
    no_pairs = {"pairCount": 0, "unmatched": 0, "median": None}
    return {
        "modelId": model_id,
        "measured": False,
        "nickname": None,
        "org": org,
        "architecture": None,
        "totalParamsBillions": None,
        "activatedParamsBillions": None,
        "weightPrecision": None,
        "tasks": [],
        "gpus": [],
        "llmRuns": {
            "totalCount": 0,
            "nodes": [],
            "pageInfo": {"hasNextPage": False, "endCursor": None},
            "groups": [],
        },
        "diffusionRuns": {"totalCount": 0, "nodes": []},
        "bestRun": None,
        "bestDiffusionRun": None,
        "speedup": {**no_pairs, "baseline": {"model": "H100"}},
        "diffusionSpeedup": no_pairs,
        "runsByGpu": [],
    }


def of_models(*model_ids: str) -> list[dict[str, str]]:
    """Return a representation of each model."""
    return [{"__typename": "Model", "modelId": model_id} for model_id in model_ids]


def ids_of(dataset: Dataset) -> list[str]:
    """Return the ids of the models in the dataset."""
    ids: list[str] = dataset.models.columns["model_id"].to_pylist()
    return ids


def test_a_malformed_representation_is_null_with_its_own_error(any_graph: Graph) -> None:
    """An unknown or missing type and a missing or invalid key are errors only at their own index."""
    run = any_graph.ask("{ llmRuns(first: 1) { nodes { id nickname } } }")["llmRuns"]["nodes"][0]
    of: list[Any] = [
        {"__typename": "GPU", "model": "B200"},
        {"__typename": "LLMRun", "id": run["id"]},
        {"__typename": "Nothing", "id": "1"},
        {"id": "1"},
        {"__typename": ["GPU"], "model": "B200"},
        {"__typename": "Model", "modelId": {"eq": "x"}},
        {"__typename": "Model", "model_id": "x"},
        {"__typename": "Model", "modelId": ""},
        {"__typename": "Model", "modelId": "x" * 1_025},
        {"__typename": "Model", "modelId": "a\u0000b"},
        "GPU",
        {"__typename": "MLEnergyDataset", "name": "sample"},
    ]
    answer = any_graph.answer(ENTITIES, of=of)
    found = {
        0: {"__typename": "GPU", "model": "B200", "vendor": "NVIDIA"},
        1: {"__typename": "LLMRun", **run},
        11: {"__typename": "MLEnergyDataset", "name": "sample"},
    }
    assert answer.data == {"_entities": [found.get(position) for position in range(len(of))]}
    errors = {error.path[1]: error for error in answer.errors or [] if error.path}
    assert len(errors) == len(answer.errors or [])
    assert set(errors) == set(range(len(of))) - set(found)
    assert all((error.extensions or {})["code"] == "BAD_USER_INPUT" for error in errors.values())
    assert errors[2].message.startswith(
        "representation with __typename 'Nothing' is not an entity of this graph; allowed: LLM"
    )
    assert errors[6].message == (
        "Model with modelId None is not a key; allowed: a text of 1 to 1024 printable characters."
    )
    assert len(errors[8].message) < 300


def test_an_unknown_key_is_null_without_an_error(any_graph: Graph) -> None:
    """A reference to a run, GPU, task or dataset that is not in the dataset does not fail the request."""
    run = any_graph.ask("{ llmRuns(first: 1) { nodes { id nickname } } }")["llmRuns"]["nodes"][0]
    of = [
        {"__typename": "GPU", "model": "B2000"},
        {"__typename": "LLMRun", "id": "nothing"},
        {"__typename": "DiffusionRun", "id": run["id"]},
        {"__typename": "MLEnergyTask", "name": "nothing"},
        {"__typename": "LLMRun", "id": run["id"]},
    ]
    assert any_graph.ask(ENTITIES, of=of) == {"_entities": [None] * 4 + [{"__typename": "LLMRun", **run}]}
    other = {"__typename": "MLEnergyDataset", "name": "other"}
    assert any_graph.ask(ENTITIES, of=[*of, other])["_entities"] == [*any_graph.ask(ENTITIES, of=of)["_entities"], None]


@pytest.mark.parametrize(
    ("model_id", "org"), [("no-such/model", "no-such"), ("gpt2", "gpt2"), ("Ünï/cøde 🚀", "Ünï"), ("a/b/c", "a")]
)
def test_a_model_that_was_never_measured_resolves(any_graph: Graph, model_id: str, org: str) -> None:
    """Every field of it answers: no runs, no facts, no error."""
    assert any_graph.ask(WHOLE_MODEL, of=of_models(model_id)) == {"_entities": [unmeasured(model_id, org)]}


def test_entities_have_the_order_of_their_representations(any_graph: Graph) -> None:
    """Known and unknown models and other entities, mixed and repeated, are at the index of their representation."""
    known = ids_of(any_graph.dataset)
    mixed = ["no-such/a", known[2], known[0], "no-such/b", known[2], "no-such/a"]
    of: list[Any] = [{"__typename": "GPU", "model": "H100"}, *of_models(*mixed), {"__typename": "GPU", "model": "x"}]
    single = {each: any_graph.ask(WHOLE_MODEL, of=of_models(each))["_entities"][0] for each in mixed}
    assert [single[each]["measured"] for each in mixed] == [False, True, True, False, True, False]
    assert any_graph.ask(WHOLE_MODEL, of=of) == {"_entities": [{}, *(single[each] for each in mixed), None]}


def test_an_error_below_an_entity_has_the_index_of_the_entity(any_graph: Graph) -> None:
    """The error path contains the index of the representation, in every executor."""
    of: list[Any] = [*of_models("no-such/a"), {"__typename": "GPU", "model": "H100"}, *of_models("no-such/b")]
    query = """query ($of: [_Any!]!) { _entities(representations: $of) { __typename
      ... on GPU { bestRun(by: ENERGY_PER_TOKEN_JOULES, where: {task: {eq: "no-such-task"}}) { id } } } }"""
    answer = any_graph.answer(query, of=of)
    assert [error.path for error in answer.errors or []] == [["_entities", 1, "bestRun"]]
    assert answer.data == {
        "_entities": [{"__typename": "Model"}, {"__typename": "GPU", "bestRun": None}, {"__typename": "Model"}]
    }


def test_values_in_a_representation_besides_its_key_are_ignored(any_graph: Graph) -> None:
    """Other values in a representation are never returned."""
    claimed = {"__typename": "GPU", "model": "B200", "vendor": "Acme", "tdpWatts": 1, "table": "x", "indices": [0]}
    answer = any_graph.ask(ENTITIES, of=[claimed])
    assert answer == {"_entities": [{"__typename": "GPU", "model": "B200", "vendor": "NVIDIA"}]}
    claimed = {"__typename": "Model", "modelId": "no-such/model", "measured": True, "nickname": "Acme"}
    assert any_graph.ask(WHOLE_MODEL, of=[claimed])["_entities"] == [unmeasured("no-such/model", "no-such")]


def test_the_limit_counts_distinct_keys(any_graph: Graph) -> None:
    """Gateways do not deduplicate, so 3,000 references to a few models are allowed, but not 2,001 distinct models."""
    known = ids_of(any_graph.dataset)
    of = of_models(*(known[position % len(known)] for position in range(3_000)))
    assert [each["modelId"] for each in any_graph.ask(ENTITIES, of=of)["_entities"]] == [each["modelId"] for each in of]
    distinct = of_models(*(f"no-such/{position}" for position in range(2_001)))
    assert Limits().max_representations >= Limits().max_page
    assert len(any_graph.ask(ENTITIES, of=distinct[:2_000])["_entities"]) == 2_000
    error = any_graph.refusal(ENTITIES, of=distinct)
    assert error.message == (
        "_entities refers to 2001 distinct entities; one request may refer to at most 2000 "
        "(MLENERGY_MAX_REPRESENTATIONS)."
    )
    assert error.extensions["code"] == "QUERY_TOO_COMPLEX"


def test_rows_of_one_request_are_not_cached(sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of row texts contains only rows of the dataset, independent of the ids in a request."""
    tables: list[Any] = []
    get = ByteCache.get

    def recording_get(self: ByteCache[Any, Any], key: Any) -> Any:  # noqa: ANN401 - any key
        if isinstance(key, tuple) and isinstance(key[0], Table):
            tables.append(key[0])
        return get(self, key)

    monkeypatch.setattr(ByteCache, "get", recording_get)
    graph = Graph(build_schema(), sample)
    literal = WHOLE_MODEL.replace("($of: [_Any!]!)", "").replace("$of", '[{__typename: "Model", modelId: "x/literal"}]')
    for round_ in range(3):
        of = of_models(f"no-such/{round_}", ids_of(sample)[0])
        assert graph.ask(WHOLE_MODEL, of=of)["_entities"][0] == unmeasured(f"no-such/{round_}", "no-such")
        assert graph.ask(literal) == {"_entities": [unmeasured("x/literal", "x")]}
    assert tables
    assert not any(table.request_scoped for table in tables)
