"""Failures within a level: each error is reported once at its path, and no coroutine is left."""

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
    """The graph of the sample, executed in both ways."""
    return Graph(build_schema(), sample, row_by_row=request.param == "row by row")


STEADY = "window is STEADY_STATE, but this run has no steady state (diffusion runs have none); allowed: FULL"
POINTS = "maxPoints is 1; allowed: 2 or more, or null for every sample"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (  # an asynchronous column with an error per row, and one that fails as a whole
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
        (  # an invalid argument while timelines of the level above are pending
            """{ llmRuns(first: 2) { nodes { timeline { unit } model { llmRuns(first: -1) { totalCount } } } } }""",
            {"llmRuns.nodes.0.model.llmRuns": "first: -1 is out of range; allowed: 0 to 2000."},
        ),
        (  # an error that nulls the whole answer, and a list that is still pending
            """{ llmRuns(first: 2) { nodes { timeline { unit } } } models(last: -1) { totalCount } }""",
            {"models": "last: -1 is out of range; allowed: 0 to 2000."},
        ),
    ],
)
def test_each_error_is_reported_once_at_its_path(any_graph: Graph, query: str, expected: dict[str, str]) -> None:
    """Even if a level is completed again or raw files are in memory; and every coroutine is awaited or closed."""
    for _raw_files in ("read", "in memory"):
        errors = any_graph.answer(query).errors or []
        found = [(".".join(map(str, error.path or [])), error.message) for error in errors]
        assert sorted(found) == sorted(expected.items())
    gc.collect()  # a coroutine that was never awaited warns now, and warnings are errors


def test_a_client_error_of_a_whole_level_calls_the_resolver_once(
    sample: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    """An invalid argument below hundreds of runs is found once, not once per run."""
    caplog.set_level(logging.CRITICAL, logger="strawberry.execution")
    graph = Graph(build_schema(), sample)
    answer = graph.answer("{ llmRuns(first: 200) { nodes { timeline(maxPoints: 0) { unit } } } }")
    errors = answer.errors or []
    assert [error.path for error in errors[:-1]] == [["llmRuns", "nodes", row, "timeline"] for row in range(9)]
    assert errors[-1].message == "191 more errors are not listed."
    assert len({id(error.original_error) for error in errors[:-1]}) == 1
    assert isinstance(errors[0].original_error, ClientError)


@pytest.mark.parametrize("fields", [("timeline(maxPoints: 1)", "timeline"), ("timeline", "timeline(maxPoints: 1)")])
def test_a_refusal_takes_precedence_over_an_invalid_argument(sample: Dataset, fields: tuple[str, str]) -> None:
    """The errors of all fields that read files are compared before one of them fails the root field."""
    selected = " ".join(f"f{number}: {field} {{ unit }}" for number, field in enumerate(fields))
    refusal = Graph(build_schema(), sample).refusal(f"{{ llmRuns(first: 40) {{ nodes {{ {selected} }} }} }}")
    assert (refusal.path, refusal.extensions["code"]) == (["llmRuns"], "QUERY_TOO_COMPLEX")
