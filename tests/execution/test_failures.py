"""Failures in the middle of a level: every error once, at its own path, and nothing left running or unclosed."""

from __future__ import annotations

import gc
import logging
from typing import TYPE_CHECKING

import pytest

from errors import ClientError
from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset


@pytest.fixture(params=["row by row", "columns"])
def any_graph(request: pytest.FixtureRequest, sample: Dataset) -> Graph:
    """The sample, answered in each way."""
    return Graph(build_schema(), sample, row_by_row=request.param == "row by row")


STEADY = "window is STEADY_STATE, but this run has no steady state (diffusion runs have none); allowed: FULL"
POINTS = "maxPoints is 1; allowed: 2 or more, or null for every sample"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (  # one asynchronous column with its rows' errors, one that fails as a whole
            """{ diffusionRuns(first: 2) { nodes {
              a: timeline(window: STEADY_STATE) { unit } b: timeline(maxPoints: 1) { unit } c: timeline { unit }
            } } }""",
            {
                f"diffusionRuns.nodes.{row}.{name}": message
                for row in (0, 1)
                for name, message in (("a", STEADY), ("b", POINTS))
            },
        ),
        (  # the same on two levels of one list
            """{ gpus { model diffusionRuns(first: 1) { nodes {
              timeline(maxPoints: 1) { unit } model { diffusionRuns(first: 1) { edges { node {
                timeline(window: STEADY_STATE) { unit }
              } } } }
            } } } }""",
            {
                f"gpus.{gpu}.diffusionRuns.nodes.0.{below}": message
                for gpu in (0, 1)
                for below, message in (
                    ("timeline", POINTS),
                    ("model.diffusionRuns.edges.0.node.timeline", STEADY),
                )
            },
        ),
        (  # an argument that is refused while timelines of the level above are under way
            """{ llmRuns(first: 2) { nodes { timeline { unit } model { llmRuns(first: -1) { totalCount } } } } }""",
            {"llmRuns.nodes.0.model.llmRuns": "first: -1 is out of range; allowed: 0 to 2000."},
        ),
        (  # an error that takes the whole answer with it, beside a list that is still under way
            """{ llmRuns(first: 2) { nodes { timeline { unit } } } models(last: -1) { totalCount } }""",
            {"models": "last: -1 is out of range; allowed: 0 to 2000."},
        ),
    ],
)
def test_each_error_is_reported_once_at_its_path(any_graph: Graph, query: str, expected: dict[str, str]) -> None:
    """However often a level had to be completed anew; and no coroutine is left that nobody awaited."""
    errors = any_graph.answer(query).errors or []
    found = [(".".join(map(str, error.path or [])), error.message) for error in errors]
    assert sorted(found) == sorted(expected.items())
    gc.collect()  # a coroutine that was never awaited warns now, and a warning is an error


def test_a_refusal_of_a_whole_level_costs_no_more_than_its_errors(
    sample: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    """A wrong argument below hundreds of runs is found once, not once per run: the resolver is called a single time."""
    caplog.set_level(logging.CRITICAL, logger="strawberry.execution")
    graph = Graph(build_schema(), sample)
    answer = graph.answer("{ llmRuns(first: 200) { nodes { timeline(maxPoints: 0) { unit } } } }")
    errors = answer.errors or []
    assert len(errors) == 200
    assert len({id(error.original_error) for error in errors}) == 1
    assert isinstance(errors[0].original_error, ClientError)
