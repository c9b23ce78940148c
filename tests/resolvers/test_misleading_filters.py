"""Warnings for filters that select other runs than their user probably means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.graph import Graph


def _warned(graph: Graph, query: str, **variables: object) -> list[dict[str, Any]]:
    result = graph.answer(query, **variables)
    assert result.errors is None, result.errors
    found: list[dict[str, Any]] = (result.extensions or {}).get("warnings", [])
    return found


@pytest.mark.parametrize("where", ['{nickname: {contains: "FP8"}}', '{or: [{nickname: {contains: " fp8"}}]}'])
@pytest.mark.parametrize("field", ["llmRuns", "models"])
def test_a_precision_searched_in_names_is_reported(real_graph: Graph, field: str, where: str) -> None:
    """DeepSeek's models have FP8 weights without `FP8` in their names; the warning counts what the filter lacks."""
    counted = real_graph.ask(
        f"""{{ named: {field}(where: {where}) {{ totalCount }}
               all: {field}(where: {{weightPrecision: {{eq: "fp8"}}}}) {{ totalCount }} }}"""
    )
    (warning,) = _warned(real_graph, f"{{ {field}(where: {where}) {{ totalCount }} }}")

    assert (warning["code"], warning["argument"]) == ("NAME_OF_PRECISION", "nickname.contains")
    assert warning["suggestions"] == ["fp8"]
    stable = counted["all"]["totalCount"] - counted["named"]["totalCount"]
    assert warning["count"] >= stable > 0
    assert "weightPrecision.eq" in warning["message"]


def test_a_search_for_a_precision_is_reported(real_graph: Graph) -> None:
    """It finds the models with the word in their name, and two more have the precision."""
    (warning,) = _warned(real_graph, '{ models(search: "fp8") { totalCount } }')

    assert (warning["code"], warning["argument"], warning["count"]) == ("NAME_OF_PRECISION", "search", 2)


def test_a_precision_in_the_names_of_the_sample(any_graph: Graph) -> None:
    """Its diffusion models do not name their precision, its language models do."""
    where = '{nickname: {contains: "FP8"}}'
    query = f"{{ llmRuns(where: {where}) {{ totalCount }} diffusionRuns(where: {where}) {{ totalCount }} }}"
    all_runs = any_graph.ask('{ diffusionRuns(where: {weightPrecision: {eq: "fp8"}}) { totalCount } }')
    codes = {each["code"]: each.get("count") for each in _warned(any_graph, query)}

    assert codes["NAME_OF_PRECISION"] == all_runs["diffusionRuns"]["totalCount"] > 0


@pytest.mark.parametrize(
    "where", ["{avgBatchSize: {gte: 128}}", "{avgBatchSize: {lt: 128}}", "{avgBatchSize: {in: [128, 5.5]}}"]
)
def test_a_configured_batch_size_compared_with_the_achieved_one_is_reported(any_graph: Graph, where: str) -> None:
    """With the number of runs of this batch size that achieved less, counted in Python."""
    runs = any_graph.ask("{ llmRuns(stability: ANY, first: 2000) { nodes { maxNumSeqs avgBatchSize } } }")
    less = sum(run["maxNumSeqs"] == 128 and run["avgBatchSize"] < 128 for run in runs["llmRuns"]["nodes"])

    (warning,) = _warned(any_graph, f"{{ llmRuns(where: {where}) {{ totalCount }} }}")

    assert less > 0
    assert (warning["code"], warning["value"], warning["count"]) == ("ACHIEVED_BATCH_SIZE", 128.0, less)
    assert "maxNumSeqs" in warning["message"]


def test_a_variable_is_reported_like_a_literal(any_graph: Graph) -> None:
    """The value decides in each request."""
    query = "query q($least: Float!) { llmRuns(where: {avgBatchSize: {gte: $least}}) { totalCount } }"

    assert [each["code"] for each in _warned(any_graph, query, least=128)] == ["ACHIEVED_BATCH_SIZE"]
    assert _warned(any_graph, query, least=100.5) == []
    assert [each["code"] for each in _warned(any_graph, query, least=128)] == ["ACHIEVED_BATCH_SIZE"]


@pytest.mark.parametrize(
    "where",
    [
        '{nickname: {contains: "Aurora"}}',
        '{nickname: {eq: "Aurora 30B FP8"}}',
        '{not: {nickname: {contains: "FP8"}}}',
        "{avgBatchSize: {gt: 128}}",
        "{avgBatchSize: {gte: 100.5}}",
        "{avgBatchSize: {isNull: false}}",
        "{maxNumSeqs: {gte: 128}}",
    ],
)
def test_other_filters_have_no_warning(any_graph: Graph, where: str) -> None:
    """Names, exclusions, thresholds that are no configured batch size, and the configured one."""
    assert _warned(any_graph, f"{{ llmRuns(where: {where}) {{ totalCount }} }}") == []
