"""Gateways join the papers of a partner to our models without losing papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.dataset import Dataset

QUERY = "{ papers { title model { modelId measured nickname llmRuns(first: 1) { totalCount } gpus { model } } } }"
each_gateway = pytest.mark.parametrize("gateway", ["apollo", "graphql-tools"])
each_job = pytest.mark.parametrize(
    "job", ["120 papers", "120 papers, models required", "3,000 papers on 46 models", "2,000 papers on 2,000 models"]
)


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
    }


@pytest.fixture(scope="module")
def answers(live_server: str, jobs: dict[str, Any], node: Callable[[str, Any], Any]) -> Any:  # noqa: ANN401 - JSON
    """The answer to each job through each gateway."""
    return node("through_gateways.js", {"url": f"{live_server}/graphql", "query": QUERY, "jobs": jobs})


@each_job
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
