"""An assistant finds the right query, runs it, gets GraphQL's numbers, and can cite them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.agents.client import called, connected
from tests.cookbook import PAGE, recipes

RECIPES = {recipe.number: recipe.query for recipe in recipes(PAGE.read_text(encoding="utf-8"))}
TOOLS = [
    *("describe_dataset", "find_models", "best_run", "compare_gpus"),
    *("search_cookbook", "describe_schema", "run_query"),
]


def graphql(address: str, query: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the response of the GraphQL endpoint."""
    answer: dict[str, Any] = httpx.post(
        f"{address}/graphql", json={"query": query, "variables": variables}, timeout=30
    ).json()
    return answer


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_lists_the_tools(mcp_server: str, mode: str) -> None:
    """Over the newest protocol and over that with a handshake, each with a schema of its arguments."""
    listed = connected(mcp_server, lambda client: client.list_tools(), mode=mode).tools

    assert [tool.name for tool in listed] == TOOLS
    assert all(tool.description and tool.annotations.read_only_hint for tool in listed)
    assert all(tool.input_schema["additionalProperties"] is False for tool in listed)
    assert listed[TOOLS.index("run_query")].input_schema["required"] == ["query"]
    described = [each for tool in listed for each in tool.input_schema["properties"].values()]
    assert all(each["description"] for each in described)


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Which configuration of each model is best for chat within a latency limit?", 3),
        ("Does FP8 save energy compared with bfloat16?", 21),
        ("Are mixtures of experts more efficient than dense models?", 19),
        ("How much energy does reasoning take compared with chat?", 14),
        ("What does a larger batch do to throughput and latency?", 18),
        ("How does power change over time?", 13),
    ],
)
def test_a_question_finds_its_recipe_and_the_recipe_gives_the_numbers_of_graphql(
    mcp_server: str, question: str, number: int
) -> None:
    """Exactly: the same float64 values, in the same structure."""
    found = called(mcp_server, "search_cookbook", question=question)["recipes"]
    (recipe,) = [each for each in found if each["number"] == number]

    answered = called(mcp_server, "run_query", query=recipe["query"])
    expected = graphql(mcp_server, RECIPES[number])

    assert "errors" not in expected
    assert answered["data"] == expected["data"]
    assert "errors" not in answered


def test_an_answer_states_its_source_and_a_link_that_returns_the_same_answer(mcp_server: str) -> None:
    """Dataset, revision, BibTeX entry, and a GET pinned to the revision, with variables."""
    query = "query q($task: String!) { llmRuns(where: {task: {eq: $task}}, first: 2) { nodes { id medianItlMs } } }"
    answered = called(mcp_server, "run_query", query=query, variables={"task": "gpqa"})
    source = answered["source"]
    of_the_server = graphql(mcp_server, "{ dataset { name revision synthetic citation } }")["data"]["dataset"]

    assert {name: source["dataset" if name == "name" else name] for name in of_the_server} == of_the_server
    linked = httpx.get(f"{mcp_server}{source['link']}")
    assert linked.headers["X-Dataset-Revision"] == source["revision"]
    assert linked.json()["data"] == answered["data"]


def test_text_and_structured_content_are_the_same(mcp_server: str) -> None:
    """For clients that show only text."""
    result = connected(mcp_server, lambda client: client.call_tool("describe_dataset", {}))

    assert json.loads(result.content[0].text) == result.structured_content


def test_a_repeated_operation_name_selects_the_operation(mcp_server: str) -> None:
    """A document with several operations needs the name of one."""
    query = "query a { dataset { name } } query b { dataset { revision } }"

    answered = called(mcp_server, "run_query", query=query, operation_name="b")

    assert list(answered["data"]["dataset"]) == ["revision"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            {"task": "lm-arena-chat", "max_median_itl_ms": 40, "per": "MODEL"},
            (
                '{ llmRuns(first: 0, where: {task: {eq: "lm-arena-chat"}, medianItlMs: {lte: 40}}) { bestRuns('
                "by: ENERGY_PER_TOKEN_JOULES, per: [MODEL_ID], orderBy: [{field: ENERGY_PER_TOKEN_JOULES}], first: 10) "
                "{ nodes { id energyPerTokenJoules } } } }"
            ),
        ),
        (
            {"task": "gpqa", "by": "OUTPUT_THROUGHPUT_TOKENS_PER_SEC", "goal": "MAXIMIZE", "gpu_model": "H100"},
            (
                '{ llmRuns(first: 0, where: {task: {eq: "gpqa"}, gpuModel: {eq: "H100"}}) { bestRuns('
                "by: OUTPUT_THROUGHPUT_TOKENS_PER_SEC, goal: MAXIMIZE) { nodes { id energyPerTokenJoules } } } }"
            ),
        ),
        (
            {"task": "text-to-image", "per": "GPU", "max_batch_latency_s": 20, "weight_precision": "bfloat16"},
            (
                '{ diffusionRuns(first: 0, where: {task: {eq: "text-to-image"}, batchLatencyS: {lte: 20}, '
                'weightPrecision: {eq: "bfloat16"}}) { bestRuns(by: ENERGY_PER_GENERATION_JOULES, per: [GPU_MODEL], '
                "orderBy: [{field: ENERGY_PER_GENERATION_JOULES}]) { nodes { id energyPerGenerationJoules } } } }"
            ),
        ),
    ],
)
def test_the_best_run_is_that_of_the_view(mcp_server: str, arguments: dict[str, Any], expected: str) -> None:
    """One measured configuration per group, for both kinds of runs."""
    answered = called(mcp_server, "best_run", **arguments)
    (of_tool,) = answered["data"].values()
    (of_view,) = graphql(mcp_server, expected)["data"].values()

    assert of_view["bestRuns"]["nodes"]
    assert [
        {name: run[name] for name in like}
        for run, like in zip(of_tool["bestRuns"]["nodes"], of_view["bestRuns"]["nodes"], strict=True)
    ] == of_view["bestRuns"]["nodes"]


def test_a_tool_returns_the_query_that_it_ran(mcp_server: str) -> None:
    """An assistant can adapt it, and the GraphQL endpoint gives the same answer."""
    answered = called(mcp_server, "compare_gpus", task="gpqa", baseline="H100", candidate="B200")

    assert answered["data"]["llmRuns"]["pairs"]["count"] > 0
    assert graphql(mcp_server, answered["query"], **answered["variables"])["data"] == answered["data"]


def test_two_gpus_are_compared_for_diffusion_models_too(mcp_server: str) -> None:
    """Runs of equal size and number of steps, within a latency limit."""
    answered = called(
        mcp_server, "compare_gpus", task="text-to-image", baseline="H100", candidate="B200", max_batch_latency_s=60
    )
    pairs = answered["data"]["diffusionRuns"]["pairs"]["pairs"]

    assert pairs
    for pair in pairs:
        assert pair["baseline"]["gpuModel"] == "H100"
        assert pair["candidate"]["gpuModel"] == "B200"
        assert pair["baseline"]["inferenceSteps"] == pair["candidate"]["inferenceSteps"]


def test_models_are_found_by_a_misspelled_name_and_by_precision(mcp_server: str) -> None:
    """With their id, and where they were measured."""
    (best, *_) = called(mcp_server, "find_models", search="auorra 70b")["data"]["models"]["nodes"]
    found = called(mcp_server, "find_models", weight_precision="fp8")["data"]["models"]["nodes"]

    assert best["nickname"] == "Aurora 70B"
    assert best["runsByGpu"]
    assert {model["weightPrecision"] for model in found} == {"fp8"}


def test_the_dataset_is_described_with_the_spellings_that_filters_need(mcp_server: str) -> None:
    """Each architecture of the description selects runs."""
    answered = called(mcp_server, "describe_dataset")["data"]
    architectures = answered["llmRuns"]["facets"][0]["values"]

    assert architectures
    for each in architectures:
        query = (
            "query q($a: String!) { llmRuns(where: {architecture: {eq: $a}}, stability: ANY, first: 0) { totalCount } }"
        )
        assert graphql(mcp_server, query, a=each["value"])["data"]["llmRuns"]["totalCount"] == each["count"]


def test_a_value_that_matches_nothing_is_a_warning(mcp_server: str) -> None:
    """At the top of the result, where an assistant reads it."""
    query = '{ llmRuns(where: {gpuModel: {in: ["H1000"]}}, first: 0) { totalCount } }'

    (warning,) = called(mcp_server, "run_query", query=query)["warnings"]

    assert warning["code"] == "UNKNOWN_VALUE"
    assert "H100" in warning["suggestions"]


def test_the_schema_is_described_by_type_and_by_field(mcp_server: str) -> None:
    """With units; without a name, the root fields and the names of all types."""
    overview = called(mcp_server, "describe_schema")["sdl"]
    run = called(mcp_server, "describe_schema", name="LLMRun")["sdl"]
    field = called(mcp_server, "describe_schema", name="LLMRunConnection.pairs")["sdl"]
    condition = called(mcp_server, "describe_schema", name="LLMRunFilter.task")["sdl"]

    assert "llmRuns: LLMRunConnection" in overview
    assert "_entities" not in overview
    assert "MLEnergyTimeline" in overview
    assert "Unit: J/token." in run
    assert "differ: LLMRunKey!" in field
    assert "totalCount" not in field
    assert "task: MLEnergyStringFilter" in condition


def test_schema_and_recipes_are_resources(mcp_server: str) -> None:
    """The schema as SDL, and each recipe with its query."""
    listed = connected(mcp_server, lambda client: client.list_resources()).resources
    sdl = connected(mcp_server, lambda client: client.read_resource("mlenergy://schema.graphql")).contents[0].text
    recipe = connected(mcp_server, lambda client: client.read_resource("mlenergy://cookbook/3")).contents[0].text

    assert len(listed) == 1 + len(RECIPES)
    assert "type LLMRunConnection" in sdl
    assert json.loads(recipe)["query"] == RECIPES[3].strip()
