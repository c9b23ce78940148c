"""Requests that ask for too much: refused whole, with one error that names the cap."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
def test_more_raw_files_than_one_request_may_open_is_one_refusal(any_graph: Graph, query: str) -> None:
    """Wherever the timelines stand: no data, the one error, and it names the cap and the setting."""
    answer = any_graph.answer(query)
    assert answer.data is None
    assert len(answer.errors or []) == 1
    error = (answer.errors or [])[0]
    assert "one request may open at most 32 (MLENERGY_MAX_RAW_FILES)" in error.message
    assert (error.extensions or {})["code"] == "QUERY_TOO_COMPLEX"
    assert (error.extensions or {})["allowed"] == 32


def test_as_many_raw_files_as_one_request_may_open_are_opened(sample: Dataset) -> None:
    """The cap itself is allowed, and a file that is asked for twice counts once."""
    graph = Graph(build_schema(), sample, limits=Limits(max_raw_files=3))
    query = """{
      power: llmRuns(first: 3) { nodes { a: timeline { sampleCount } b: timeline(metric: TEMPERATURE) { unit } } }
      again: llmRuns(first: 2) { nodes { timeline(window: FULL) { unit } } }
    }"""
    assert len(graph.ask(query)["power"]["nodes"]) == 3


def test_a_list_that_is_too_long_refuses_the_request(any_graph: Graph) -> None:
    """The message names the list, its length and the most that is allowed, and nothing else is answered."""
    answer = any_graph.answer(
        """query ($ids: [ID!]) {
          dataset { name } llmRuns(where: {id: {in: $ids}}) { totalCount } gpus { model }
        }""",
        ids=["a"] * 1_001,
    )
    assert answer.data is None
    assert [error.message for error in answer.errors or []] == ["id.in has 1001 items; at most 1000 are allowed."]
