"""Queries in the documentation return the answers that the page shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cookbook import PAGE, PAGES, Example, examples, readable, recipes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph import Graph

EXAMPLES = {
    f"{path.stem}-{number}": example
    for path in PAGES
    for number, example in enumerate(examples(path.read_text(encoding="utf-8")), start=1)
}
COOKBOOK = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_a_query_returns_the_answer_shown(graph: Graph, example: Example) -> None:
    """The same structure and the same numbers, up to the last digits of float64 on another machine."""
    shown, answered = json.loads(example.answer), example.shown(graph)
    assert list(flat(answered)) == [(place, about(value)) for place, value in flat(shown)]
    assert example.answer == f"{readable(shown)}\n"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_query_has_an_answer(path: Path) -> None:
    """A GraphQL block without an answer would not be tested."""
    page = path.read_text(encoding="utf-8")
    blocks = page.count("\n```graphql\n")
    assert blocks > 0
    assert sum(not example.in_envelope for example in examples(page)) == blocks


def flat(value: Any, place: str = "") -> list[tuple[str, Any]]:  # noqa: ANN401 - any JSON
    """Return every leaf of a JSON value with its place; an empty list or object is a leaf."""
    if isinstance(value, dict) and value:
        return [leaf for name, part in value.items() for leaf in flat(part, f"{place}.{name}")]
    if isinstance(value, list) and value:
        return [leaf for number, part in enumerate(value) for leaf in flat(part, f"{place}[{number}]")]
    return [(place, value)]


def about(value: Any) -> Any:  # noqa: ANN401 - any leaf
    """Return an approximate value for a float, and any other value unchanged."""
    return pytest.approx(value, rel=1e-9, abs=1e-9) if isinstance(value, float) else value


def test_the_cookbook_has_32_recipes_in_order() -> None:
    """Every heading of level 3 is a recipe."""
    assert [recipe.number for recipe in recipes(COOKBOOK)] == list(range(1, 33))
    headings = [line for line in COOKBOOK.splitlines() if line.startswith("### ")]
    assert len(headings) == 32


def test_only_the_recipe_for_an_empty_selection_has_an_empty_answer() -> None:
    """An empty list in an answer shows nothing."""
    empty = [
        name
        for name, example in EXAMPLES.items()
        if name.startswith("cookbook")
        and any(value == [] for place, value in flat(json.loads(example.answer)) if "warnings" not in place)
    ]
    assert empty == ["cookbook-26"]
