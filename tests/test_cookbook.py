"""The cookbook cannot rot: every query is asked of the sample, and the page shows what is answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cookbook import PAGE, Recipe, readable, recipes

if TYPE_CHECKING:
    from tests.graph import Graph

RECIPES = list(recipes(PAGE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.number}")
def test_a_recipe_answers_what_it_shows(graph: Graph, recipe: Recipe) -> None:
    """The same structure and the same numbers, up to the last digits of float64 on another machine."""
    shown, answered = json.loads(recipe.answer), graph.ask(recipe.query)
    assert list(flat(answered)) == [(place, about(value)) for place, value in flat(shown)]
    assert recipe.answer == f"{readable(shown)}\n"


def flat(value: Any, place: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Return every leaf of a JSON value with its place; an empty list or object is a leaf."""
    if isinstance(value, dict) and value:
        return [leaf for name, part in value.items() for leaf in flat(part, f"{place}.{name}")]
    if isinstance(value, list) and value:
        return [leaf for number, part in enumerate(value) for leaf in flat(part, f"{place}[{number}]")]
    return [(place, value)]


def about(value: Any) -> Any:  # noqa: ANN401 - any leaf
    """Return what equals a number up to rounding, and anything else itself."""
    return pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value


def test_every_question_has_its_recipe() -> None:
    """Each of the 32 once, in order."""
    assert [recipe.number for recipe in RECIPES] == list(range(1, 33))
    questions = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("### ")]
    assert len(questions) == len(RECIPES)


def test_an_answer_shows_something() -> None:
    """A recipe whose answer is empty teaches nothing; only the one about an empty selection is."""
    empty = [
        recipe.number
        for recipe in RECIPES
        if any(value == [] for place, value in flat(json.loads(recipe.answer)) if "warnings" not in place)
    ]
    assert empty == [26]
