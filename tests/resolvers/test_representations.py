"""Entities for a gateway: looked up by key, each with its own error, never made of what the client says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.asking import Graph

ENTITIES = """query ($of: [_Any!]!) { _entities(representations: $of) {
  __typename ... on Model { modelId } ... on GPU { model vendor } ... on LLMRun { id nickname }
  ... on MLEnergyDataset { name }
} }"""


def test_a_representation_that_leads_nowhere_is_null_with_its_own_error(any_graph: Graph) -> None:
    """An unknown key, an unknown type, no type, a key of another type: each fails alone, the others are answered."""
    run = any_graph.ask("{ llmRuns(first: 1) { nodes { id nickname } } }")["llmRuns"]["nodes"][0]
    of: list[Any] = [
        {"__typename": "GPU", "model": "B200"},
        {"__typename": "GPU", "model": "B2000"},
        {"__typename": "LLMRun", "id": run["id"]},
        {"__typename": "DiffusionRun", "id": run["id"]},
        {"__typename": "Nothing", "id": "1"},
        {"id": "1"},
        {"__typename": ["GPU"], "model": "B200"},
        {"__typename": "Model", "modelId": {"eq": "x"}},
        {"__typename": "Model", "model_id": "x"},
        "GPU",
        {"__typename": "MLEnergyDataset", "name": "sample"},
        {"__typename": "MLEnergyDataset", "name": "other"},
    ]
    answer = any_graph.answer(ENTITIES, of=of)
    found = {
        0: {"__typename": "GPU", "model": "B200", "vendor": "NVIDIA"},
        2: {"__typename": "LLMRun", **run},
        10: {"__typename": "MLEnergyDataset", "name": "sample"},
    }
    assert answer.data == {"_entities": [found.get(position) for position in range(len(of))]}
    errors = {error.path[1]: error for error in answer.errors or [] if error.path}
    assert len(errors) == len(answer.errors or [])
    assert set(errors) == set(range(len(of))) - set(found)
    assert all((error.extensions or {})["code"] == "BAD_USER_INPUT" for error in errors.values())
    assert errors[1].message == "GPU with model 'B2000' is not in this dataset."
    assert errors[4].message.startswith(
        "representation with __typename 'Nothing' is no entity of this graph; allowed: LLM"
    )


def test_an_entity_is_never_made_of_what_the_client_says(any_graph: Graph) -> None:
    """A representation is looked up by its key; whatever else stands in it is not echoed."""
    claimed = {"__typename": "GPU", "model": "B200", "vendor": "Acme", "tdpWatts": 1, "table": "x", "indices": [0]}
    answer = any_graph.ask(ENTITIES, of=[claimed])
    assert answer == {"_entities": [{"__typename": "GPU", "model": "B200", "vendor": "NVIDIA"}]}


def test_too_many_representations_are_refused_whole(any_graph: Graph) -> None:
    """A gateway asks for at most a thousand at a time."""
    error = any_graph.refusal(ENTITIES, of=[{"__typename": "GPU", "model": "B200"}] * 1_001)
    assert error.message == "_entities was asked for 1001 representations; at most 1000 are allowed."
    assert error.extensions["code"] == "QUERY_TOO_COMPLEX"
