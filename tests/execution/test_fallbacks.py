"""Fallbacks to row-by-row execution: counted by reason, and absent for queries without errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schema.build import build_schema
from tests.cookbook import PAGE, recipes
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset

RECIPES = list(recipes(PAGE.read_text(encoding="utf-8")))


@pytest.fixture
def graph(sample: Dataset) -> Graph:
    """The graph of the sample, with new counters."""
    return Graph(build_schema(), sample)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: str(recipe.number))
def test_no_recipe_of_the_cookbook_falls_back(graph: Graph, recipe: object) -> None:
    """Views, nested lists, plain objects and raw files are completed as columns."""
    query = recipe.query  # type: ignore[attr-defined] # a recipe
    for _ in range(3):
        graph.ask(query)
    assert not graph.documents.engine.fallbacks


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ dataset { name columns { name unit } } gpus { model models { modelId } } }", {}),
        ('{ model(modelId: "none") { modelId runsByGpu { runCount } } llmRun(id: "none") { id } }', {}),
        ("{ llmRuns(first: 3) { nodes { timeline(maxPoints: 5) { devices { value } steadyState { start } } } } }", {}),
        ("{ diffusionRuns(first: 2) { nodes { iterations { timeS gpus { energyJoules } } } } }", {}),
        ("{ llmRuns(where: {task: {in: []}}) { emptyBecause { argument } nodes { id } } }", {}),
        ('{ _entities(representations: [{__typename: "GPU", model: "H100"}]) { ... on GPU { vendor } } }', {}),
        ("{ __schema { queryType { name } } gpus { model } }", {"introspection": 1}),
        ("{ llmRuns(first: -1) { totalCount } gpus { model } }", {"client error": 1}),
        ("{ gpus { model llmRuns(last: -1) { totalCount } } }", {"client error": 1}),
        (
            "{ diffusionRuns(first: 1) { nodes { timeline(window: STEADY_STATE) { unit } } } gpus { model } }",
            {"client error": 1},
        ),
    ],
)  # fmt: skip
def test_fallbacks_are_counted_by_reason(graph: Graph, query: str, expected: dict[str, int]) -> None:
    """Only the failing root field falls back."""
    graph.answer(query)
    assert dict(graph.documents.engine.fallbacks) == expected


def test_a_null_in_a_directive_is_reported_by_graphql_core(graph: Graph, sample: Dataset) -> None:
    """A variable with a default may be null."""
    query = "query ($with: Boolean = true) { gpus { model vendor @include(if: $with) } }"
    expected = Graph(build_schema(), sample, row_by_row=True).answer(query, **{"with": None})
    found = graph.answer(query, **{"with": None})
    assert (found.data, list(map(str, found.errors or ()))) == (expected.data, list(map(str, expected.errors or ())))
    assert expected.errors
    assert graph.documents.engine.fallbacks == {"directive": 1}


def test_an_unexpected_fallback_fails_tests(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns that fail without an error row by row are a bug: the answer is right, but slow."""

    def broken(*_: object) -> object:
        raise TypeError("unhashable")

    monkeypatch.setattr("writers.json_writer.JsonWriter.value", broken)
    with pytest.raises(AssertionError, match="execution as columns failed, but row-by-row execution found no error"):
        graph.answer("{ gpus { model } }")
    assert graph.documents.engine.fallbacks == {"unexpected": 1}
