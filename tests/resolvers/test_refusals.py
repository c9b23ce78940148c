"""Errors for invalid arguments name the argument, its value and the allowed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.graph import Graph

PAGES = ("llmRuns", "diffusionRuns", "models")


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ('{task: {eq: "gqpa"}}', "task 'gqpa' is not in this dataset; nearest: 'gpqa'"),
        ('{task: {neq: "gqpa"}}', "task 'gqpa' is not in this dataset; nearest: 'gpqa'"),
        ('{gpuModel: {eq: "B20"}}', "gpuModel 'B20' is not in this dataset; nearest: 'B200'"),
        (
            '{not: {and: [{weightPrecision: {eq: "bf16"}}]}}',
            "weightPrecision 'bf16' is not in this dataset; nearest: 'bf",
        ),
        ('{and: [{architecture: {eq: "moe"}}]}', "architecture 'moe' is not in this dataset; nearest: 'MoE'"),
    ],
)
def test_an_unknown_value_is_refused_with_the_nearest_known_value(graph: Graph, where: str, message: str) -> None:
    """A single unknown value anywhere in the filter is treated as a typing error."""
    error = graph.refusal(f"{{ llmRuns(where: {where}) {{ totalCount }} }}")
    assert error.message.startswith(message)
    assert error.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("{nickname: {eq: null}}", "nickname: {eq: null} is not allowed; use isNull, or omit eq."),
        ("{nickname: {notIn: null}}", "nickname: {notIn: null} is not allowed; use isNull, or omit notIn."),
        ("{p99ItlMs: {gte: null}}", "p99ItlMs: {gte: null} is not allowed; use isNull, or omit gte."),
        ("{id: {in: null}}", "id: {in: null} is not allowed; use isNull, or omit in."),
    ],
)
def test_a_comparison_with_null_is_refused(graph: Graph, where: str, message: str) -> None:
    """A null operand is usually a missing variable; the error suggests isNull."""
    error = graph.refusal(f"{{ llmRuns(where: {where}) {{ totalCount }} }}")
    assert error.message == message
    assert error.path == ["llmRuns"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("first: -1", "first: -1 is out of range; allowed: 0 to 2000."),
        ("last: -3", "last: -3 is out of range; allowed: 0 to 2000."),
        ("first: 2001", "first: 2001 is out of range; allowed: 0 to 2000."),
        ("last: 2147483647", "last: 2147483647 is out of range; allowed: 0 to 2000."),
        ("offset: -1", "offset: -1 is out of range; allowed: 0 to 2147483647."),
        ("first: 1, last: 2", "first: 1 and last: 2 exclude each other; use only one of them."),
        (
            "offset: 3, last: 2",
            "offset: 3 counts from the start; allowed with first and after, not with last or before.",
        ),
        ('after: ""', "after: '' is not a cursor; use a cursor that this list returned."),
        ('before: "x y"', "before: 'x y' is not a cursor; use a cursor that this list returned."),
    ],
)
def test_an_invalid_page_argument_is_refused(graph: Graph, name: str, page: str, message: str) -> None:
    """The error names the argument, its value and the maximum, on every list."""
    error = graph.refusal(f"{{ {name}({page}) {{ totalCount }} }}")
    assert error.message.startswith(message)
    assert error.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("points", [-1, 0, 1])
def test_a_timeline_with_too_few_points_is_an_error_on_its_field(any_graph: Graph, points: int) -> None:
    """The other fields of the run resolve; each timeline is null with its own error."""
    answer = any_graph.answer(
        "query ($points: Int) { llmRuns(first: 2) { nodes { domain timeline(maxPoints: $points) { unit } } } }",
        points=points,
    )
    assert answer.data == {"llmRuns": {"nodes": [{"domain": "llm", "timeline": None}] * 2}}
    assert [error.path for error in answer.errors or []] == [["llmRuns", "nodes", row, "timeline"] for row in (0, 1)]
    assert all(error.message.startswith(f"maxPoints is {points}; allowed: 2 or more") for error in answer.errors or [])


def test_a_lookup_of_an_unknown_key_is_null_without_an_error(any_graph: Graph) -> None:
    """An unknown key and the id of the other kind of run return null."""
    run = any_graph.ask("{ llmRuns(first: 1) { nodes { id } } }")["llmRuns"]["nodes"][0]["id"]
    answer = any_graph.ask(
        """query ($id: ID!) { llmRun(id: $id) { id } diffusionRun(id: $id) { id } model(modelId: "none") { modelId }
                              gpu(model: "none") { model } task(name: "none") { name } }""",
        id=run,
    )
    nulls = dict.fromkeys(("diffusionRun", "model", "gpu", "task"))
    assert answer == {"llmRun": {"id": run}, **nulls}
