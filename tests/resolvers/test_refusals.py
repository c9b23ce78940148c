"""What a client reads when it asks for what cannot be: the argument, its value, and what is allowed."""

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
def test_an_unknown_value_of_a_vocabulary_names_the_nearest(graph: Graph, where: str, message: str) -> None:
    """Wherever it is the only value: more likely a typing mistake than a question."""
    error = graph.refusal(f"{{ llmRuns(where: {where}) {{ totalCount }} }}")
    assert error.message.startswith(message)
    assert error.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("{nickname: {eq: null}}", "nickname: {eq: null} compares with nothing; use isNull, or leave eq out."),
        ("{nickname: {notIn: null}}", "nickname: {notIn: null} compares with nothing; use isNull, or leave notIn out."),
        ("{p99ItlMs: {gte: null}}", "p99ItlMs: {gte: null} compares with nothing; use isNull, or leave gte out."),
        ("{id: {in: null}}", "id: {in: null} compares with nothing; use isNull, or leave in out."),
    ],
)
def test_a_comparison_with_null_says_what_to_use(graph: Graph, where: str, message: str) -> None:
    """A null is nearly always a variable that was forgotten, and would select nothing or everything."""
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
def test_a_page_that_cannot_be_names_the_argument(graph: Graph, name: str, page: str, message: str) -> None:
    """The argument, its value and the cap, on every list."""
    error = graph.refusal(f"{{ {name}({page}) {{ totalCount }} }}")
    assert error.message.startswith(message)
    assert error.extensions["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("points", [-1, 0, 1])
def test_a_timeline_of_too_few_points_is_refused_at_its_field(any_graph: Graph, points: int) -> None:
    """The run itself is answered; each timeline is null with an error of its own."""
    answer = any_graph.answer(
        "query ($points: Int) { llmRuns(first: 2) { nodes { domain timeline(maxPoints: $points) { unit } } } }",
        points=points,
    )
    assert answer.data == {"llmRuns": {"nodes": [{"domain": "llm", "timeline": None}] * 2}}
    assert [error.path for error in answer.errors or []] == [["llmRuns", "nodes", row, "timeline"] for row in (0, 1)]
    assert all(error.message.startswith(f"maxPoints is {points}; allowed: 2 or more") for error in answer.errors or [])


def test_a_key_that_nothing_has_is_null_without_an_error(any_graph: Graph) -> None:
    """A look-up says null where the dataset lacks the key; the id of an LLM run is no diffusion run's."""
    run = any_graph.ask("{ llmRuns(first: 1) { nodes { id } } }")["llmRuns"]["nodes"][0]["id"]
    answer = any_graph.ask(
        """query ($id: ID!) { llmRun(id: $id) { id } diffusionRun(id: $id) { id } model(modelId: "none") { modelId }
                              gpu(model: "none") { model } task(name: "none") { name } }""",
        id=run,
    )
    nothing = dict.fromkeys(("diffusionRun", "model", "gpu", "task"))
    assert answer == {"llmRun": {"id": run}, **nothing}
