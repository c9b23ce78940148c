"""A request that exceeds a limit is refused as a whole, with one error that names the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from resolvers.context import Limits
from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset


@pytest.mark.parametrize(
    "query",
    [
        "{ llmRuns(first: 33) { nodes { timeline { sampleCount } } } }",
        "{ llmRuns(first: 33) { edges { node { id timeline { sampleCount } } } } }",
        "{ a: llmRuns(first: 9) { nodes { timeline { unit } } } b: llmRuns(last: 24) { nodes { timeline { max } } } }",
        "{ models { nodes { runsByGpu { llmRuns(first: 2) { nodes { timeline { unit } } } } } } }",
        '{ diffusionRun(id: "none") { id } diffusionRuns(first: 33) { nodes { timeline { unit } } } }',
    ],
)
def test_a_request_for_too_many_raw_files_is_refused(any_graph: Graph, query: str) -> None:
    """Independent of the position of the timelines, data is null and one error names the limit and its setting."""
    answer = any_graph.answer(query)
    assert answer.data is None
    assert len(answer.errors or []) == 1
    error = (answer.errors or [])[0]
    assert "one request may open at most 32 (MLENERGY_MAX_RAW_FILES)" in error.message
    assert (error.extensions or {})["code"] == "QUERY_TOO_COMPLEX"
    assert (error.extensions or {})["allowed"] == 32


def test_the_maximum_number_of_raw_files_is_allowed(sample: Dataset) -> None:
    """A request may reach the limit, and a file that is selected twice counts once."""
    graph = Graph(build_schema(), sample, limits=Limits(max_raw_files=3))
    query = """{
      power: llmRuns(first: 3) { nodes { a: timeline { sampleCount } b: timeline(metric: TEMPERATURE) { unit } } }
      again: llmRuns(first: 2) { nodes { timeline(window: FULL) { unit } } }
    }"""
    assert len(graph.ask(query)["power"]["nodes"]) == 3


def test_a_request_with_a_list_that_is_too_long_is_refused(any_graph: Graph) -> None:
    """The error names the list, its length and the maximum, and no other field is returned."""
    answer = any_graph.answer(
        """query ($ids: [ID!]) {
          dataset { name } llmRuns(where: {id: {in: $ids}}) { totalCount } gpus { model }
        }""",
        ids=["a"] * 1_001,
    )
    assert answer.data is None
    assert [error.message for error in answer.errors or []] == ["id.in has 1001 items; allowed: at most 1000."]


CONDITIONS = [{"numGpus": {"gt": 0}}] * 40


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (
            "query ($order: [LLMRunOrder!]) { llmRuns(orderBy: $order) { totalCount } }",
            {"order": [{"field": "TASK"}] * 33},
            "orderBy has 33 items; allowed: at most 32.",
        ),
        (
            "query ($where: LLMRunFilter) { llmRuns(where: $where) { totalCount } }",
            {"where": {"or": [{"and": CONDITIONS}] * 26}},
            "The filter has 1040 conditions; allowed: at most 1000.",
        ),
        (
            "query ($where: LLMRunFilter) { llmRuns(where: $where) { totalCount } }",
            {"where": {"or": [{"and": [{"not": {}}] * 40}] * 26}},
            "The filter has 1040 conditions; allowed: at most 1000.",
        ),
        (
            "query ($where: LLMRunFilter) { llmRuns(where: $where) { totalCount } }",
            {
                "where": {
                    "or": [{"id": {"in": ["a"] * 900}}, {"seed": {"notIn": [1.5] * 900}}, {"id": {"in": ["b"] * 201}}]
                }
            },
            "The filter has 2001 values in lists; allowed: at most 2000.",
        ),
        (
            "query ($of: [LLMRunKey!]!) { llmRuns { facets(of: $of) { field } } }",
            {"of": ["TASK"] * 65},
            "of has 65 items; allowed: at most 64.",
        ),
        (
            "query ($of: [LLMRunMetric!]!) { llmRuns { ratios(of: $of, to: MAX) { __typename } } }",
            {"of": ["SEED"] * 65},
            "of has 65 items; allowed: at most 64.",
        ),
    ],
)
def test_a_long_list_of_an_argument_is_refused(
    any_graph: Graph, query: str, variables: dict[str, Any], message: str
) -> None:
    """Orders, columns, and the conditions of a whole filter are bounded, also where each list in it is short."""
    answer = any_graph.answer(query, **variables)
    assert answer.data is None
    assert [error.message for error in answer.errors or []] == [message]
