"""The skill: each of its queries answers something, without errors or warnings, and its claims hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.server_process import ROOT, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SKILL = (ROOT / "skills" / "mlenergy-graph" / "SKILL.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```graphql\n(.*?)^```", SKILL, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def real_server(real_figures: Path) -> Iterator[str]:
    """URL of a server over the published figures."""
    with running_server("--source", str(real_figures)) as address:
        yield address


def answered(address: str, query: str) -> dict[str, Any]:
    """Return the response to a query."""
    response: dict[str, Any] = httpx.post(f"{address}/graphql", json={"query": query}, timeout=60).json()
    return response


def empty_places(value: Any, place: str = "data") -> list[str]:  # noqa: ANN401 - any JSON
    """Return the places of empty lists, nulls and counts of nothing, except those of `inferenceSteps`."""
    match value:
        case dict():
            return [found for name, part in value.items() for found in empty_places(part, f"{place}.{name}")]
        case [] | None:
            return [place]
        case list():
            return [found for part in value for found in empty_places(part, f"{place}[]")]
        case 0 if place.endswith(("ount", "Count")):
            return [place]
        case _:
            return []


def test_the_skill_has_the_front_matter_of_skills() -> None:
    """The name of its folder, and a description that says when to use it, within the limit of 1,024 characters."""
    front = re.match(r"---\nname: (?P<name>[a-z-]+)\ndescription: (?P<description>.+)\n---\n", SKILL)

    assert front
    assert front["name"] == "mlenergy-graph"
    assert "Use it for" in front["description"]
    assert len(front["description"]) <= 1_024


def test_the_skill_has_ten_queries() -> None:
    """As its heading says."""
    assert "## Ten queries" in SKILL
    assert len(QUERIES) == 10


@pytest.mark.parametrize("query", QUERIES, ids=range(1, len(QUERIES) + 1))
def test_a_query_of_the_skill_answers_over_the_sample(live_server: str, query: str) -> None:
    """No error, no warning, no empty list and no null; models of diffusion runs have no architecture."""
    response = answered(live_server, query)

    assert "errors" not in response
    assert "extensions" not in response
    assert [place for place in empty_places(response["data"]) if not place.endswith(".architecture")] == []


@pytest.mark.parametrize("query", QUERIES, ids=range(1, len(QUERIES) + 1))
def test_a_query_of_the_skill_answers_over_the_published_figures(real_server: str, query: str) -> None:
    """Likewise; the published figures have no raw files and some models without a number of steps."""
    response = answered(real_server, query)

    assert "errors" not in response
    assert "extensions" not in response
    unknown = (".architecture", ".inferenceSteps", ".timeline")
    assert [place for place in empty_places(response["data"]) if not place.endswith(unknown)] == []


def test_the_spellings_of_the_skill_are_those_of_the_published_figures(real_server: str) -> None:
    """All architectures, and only those."""
    query = "{ llmRuns(first: 0, stability: ANY) { facets(of: [ARCHITECTURE]) { values { value } } } }"
    (facet,) = answered(real_server, query)["data"]["llmRuns"]["facets"]
    (sentence,) = re.findall(r"Architectures are (.*?), precisions", SKILL)

    assert set(re.findall(r"`([^`]+)`", sentence)) == {each["value"] for each in facet["values"]}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ llmRuns(where: { avgBatchSize: { gte: 128 } }) { totalCount } }", "ACHIEVED_BATCH_SIZE"),
        ('{ llmRuns(where: { nickname: { contains: "FP8" } }) { totalCount } }', "NAME_OF_PRECISION"),
        ('{ llmRuns(where: { architecture: { in: ["Dense"] } }) { totalCount } }', "UNKNOWN_VALUE"),
        ('{ llmRuns(where: { architecture: { eq: "Hybrid" } }) { totalCount } }', "BAD_USER_INPUT"),
    ],
)
def test_the_server_answers_the_mistakes_itself(real_server: str, query: str, code: str) -> None:
    """A warning or an error says what is wrong, without the skill."""
    response = answered(real_server, query)
    said = [each["code"] for each in response.get("extensions", {}).get("warnings", [])]
    said += [each["extensions"]["code"] for each in response.get("errors", [])]

    assert said == [code]


def test_a_steady_state_timeline_of_a_diffusion_run_is_an_error(live_server: str) -> None:
    """It names the window that is allowed."""
    query = "{ diffusionRuns(first: 1) { nodes { timeline(window: STEADY_STATE) { mean } } } }"

    (error,) = answered(live_server, query)["errors"]

    assert "allowed: FULL" in error["message"]
