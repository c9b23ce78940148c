"""Gateways of Apollo and Hive join the papers of a partner to our models without losing papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.dataset import Dataset

QUERY = """{ papers {
  title model { modelId measured nickname llmRuns(first: 1) { totalCount } gpus { model } } gpu { model vendor }
} }"""
GATEWAYS = ("hive", "apollo")
COMPLETE = ("120 papers", "120 papers, models required", "3,000 papers on 46 models", "2,000 papers on 2,000 models")
MALFORMED = ["", "a\u0000b", "x" * 1_025]
each_gateway = pytest.mark.parametrize("gateway", GATEWAYS)


@pytest.fixture(scope="module")
def known(sample: Dataset) -> dict[str, str]:
    """The nickname of each measured model."""
    columns = sample.models.columns
    return dict(zip(columns["model_id"].to_pylist(), columns["nickname"].to_pylist(), strict=True))


@pytest.fixture(scope="module")
def jobs(known: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The model ids of the papers and the type of the field `model` in each job."""

    def models(count: int) -> list[str]:
        """Return the ids of all measured models, then ids of other models on the Hub, up to a count."""
        return [*known, *(f"nobody/model-{number}" for number in range(count - len(known)))]

    few = models(46)
    return {
        "120 papers": {"modelIds": models(120), "modelType": "Model"},
        "120 papers, models required": {"modelIds": models(120), "modelType": "Model!"},
        "3,000 papers on 46 models": {"modelIds": [few[number % 46] for number in range(3_000)], "modelType": "Model!"},
        "2,000 papers on 2,000 models": {"modelIds": models(2_000), "modelType": "Model!"},
        "2,001 papers on 2,001 models": {"modelIds": models(2_001), "modelType": "Model"},
        "7,000 papers on 46 models": {"modelIds": [few[number % 46] for number in range(7_000)], "modelType": "Model"},
        "25,000 papers on 46 models": {
            "modelIds": [few[number % 46] for number in range(25_000)],
            "modelType": "Model",
        },
        "malformed ids": {"modelIds": [few[0], *MALFORMED, "nobody/model"], "modelType": "Model"},
    }


@pytest.fixture(scope="module")
def answers(live_server: str, jobs: dict[str, Any], node: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """The answer to each job through each gateway."""
    return node("through_gateways.js", {"url": f"{live_server}/graphql", "query": QUERY, "jobs": jobs})


@pytest.mark.parametrize("job", COMPLETE)
@each_gateway
def test_every_paper_is_returned_with_its_model(
    answers: Any,  # noqa: ANN401 - JSON
    jobs: dict[str, dict[str, Any]],
    known: dict[str, str],
    job: str,
    gateway: str,
) -> None:
    """All papers are returned in order and without an error, and measured models with their facts.

    If a non-null model is null, Apollo's gateway returns no papers and no error, so papers are compared by title.
    """
    answer = answers[job][gateway]
    assert answer["errors"] == []
    papers, model_ids = answer["data"]["papers"], jobs[job]["modelIds"]
    assert [paper["title"] for paper in papers] == [f"Paper {number}" for number in range(len(model_ids))]
    models = [paper["model"] for paper in papers]
    assert [model["modelId"] for model in models] == model_ids
    assert [model["nickname"] for model in models] == [known.get(model_id) for model_id in model_ids]
    assert [model["measured"] for model in models] == [model_id in known for model_id in model_ids]
    assert all(bool(model["gpus"]) == model["measured"] for model in models)


@pytest.mark.parametrize("job", COMPLETE)
@each_gateway
def test_an_unknown_gpu_has_only_its_key(answers: Any, job: str, gateway: str) -> None:  # noqa: ANN401 - JSON
    """Every second paper refers to a GPU that the dataset does not have; a gateway returns the key of the reference."""
    gpus = [paper["gpu"] for paper in answers[job][gateway]["data"]["papers"]]
    pair = [{"model": "B200", "vendor": "NVIDIA"}, {"model": "unknown GPU", "vendor": None}]
    assert gpus == [pair[number % 2] for number in range(len(gpus))]


@each_gateway
def test_a_malformed_id_is_null_with_an_error(answers: Any, known: dict[str, str], gateway: str) -> None:  # noqa: ANN401
    """The other models of the request resolve; only the papers of malformed ids have no facts of the model."""
    answer = answers["malformed ids"][gateway]
    measured = [paper["model"] and paper["model"]["measured"] for paper in answer["data"]["papers"]]
    assert measured == [True, None, None, None, False]
    assert answer["data"]["papers"][0]["model"]["nickname"] == next(iter(known.values()))
    assert len({error for error in answer["errors"] if "is not a key" in error}) == len(MALFORMED)


@each_gateway
def test_too_many_models_are_an_error_beside_the_papers(answers: Any, gateway: str) -> None:  # noqa: ANN401 - JSON
    """A list of more than 2,000 models has no facts of any model; in a nullable position the papers remain."""
    answer = answers["2,001 papers on 2,001 models"][gateway]
    assert [paper["model"] for paper in answer["data"]["papers"]] == [None] * 2_001
    # Beside the GPUs of the papers.
    refusal = (
        "_entities refers to 2003 distinct entities; one request may refer to at most 2000 "
        "(MLENERGY_MAX_REPRESENTATIONS)."
    )
    assert any(error in {refusal, refusal.replace("2003", "2001")} for error in answer["errors"])


def test_only_apollos_gateway_repeats_references(answers: Any) -> None:  # noqa: ANN401 - JSON
    """7,000 papers on 46 models are 46 references of Hive's gateway, and of Apollo's more than one request may have."""
    answer = answers["7,000 papers on 46 models"]
    assert answer["hive"]["errors"] == []
    assert all(paper["model"]["modelId"] for paper in answer["hive"]["data"]["papers"])
    assert max(request["representations"] for request in answer["hive"]["requests"]) < 100
    assert any("The variables have too many values; allowed: 20000" in error for error in answer["apollo"]["errors"])
    assert len(answer["apollo"]["data"]["papers"]) == 7_000


def test_a_body_that_is_too_long_is_an_error_beside_the_papers(answers: Any) -> None:  # noqa: ANN401 - JSON
    """25,000 references of Apollo's gateway are longer than 1,024 KiB, and status 413; Hive's sends 46."""
    answer = answers["25,000 papers on 46 models"]
    assert answer["hive"]["errors"] == []
    assert all(paper["model"]["modelId"] for paper in answer["hive"]["data"]["papers"])
    assert 413 in {request["status"] for request in answer["apollo"]["requests"]}
    assert any("413" in error for error in answer["apollo"]["errors"])
    assert [paper["model"] for paper in answer["apollo"]["data"]["papers"]] == [None] * 25_000


@each_gateway
def test_a_gateway_sends_known_documents_by_hash(answers: Any, gateway: str) -> None:  # noqa: ANN401 - JSON
    """With persisted queries, the second request for the same query has no text; `_entities` is never cacheable."""
    last = answers["120 papers"][gateway]["requests"][-1]
    assert last == {
        "persisted": True,
        "hasText": False,
        "representations": last["representations"],
        "status": 200,
        "cacheControl": None,
    }
    assert last["representations"] > 0
