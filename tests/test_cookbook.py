"""Queries in the documentation return the answers that the page shows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.cookbook import PAGE, PAGES, Example, examples, readable, recipes
from tests.cookbook_charts import FOLDER, charts, same
from tests.svg_plot import Axis, Series, plot

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


def test_the_charts_are_those_of_the_answers(graph: Graph) -> None:
    """Each is drawn from the answer to its recipe, and the recipe shows it."""
    drawn = charts(graph)
    assert {path.name for path in FOLDER.glob("cookbook-*.svg")} == set(drawn)
    for name, svg in drawn.items():
        number = name.removeprefix("cookbook-").removesuffix(".svg")
        assert same((FOLDER / name).read_text(encoding="utf-8"), svg), f"{name}: run `make cookbook`"
        section = COOKBOOK.partition(f"\n### {number}. ")[2].partition("\n### ")[0]
        assert f"](img/{name})" in section


def test_a_chart_that_differs_by_more_than_a_pixel_is_another_chart() -> None:
    """Numbers may be rounded differently on another machine; texts may not differ."""
    svg = plot("t", Axis("x"), Axis("y"), [Series("s", [(0, 1), (1, 3.2)], "a")])
    assert same(svg, plot("t", Axis("x"), Axis("y"), [Series("s", [(0, 1), (1, 3.2000001)], "a")]))
    assert not same(svg, plot("t", Axis("x"), Axis("y"), [Series("s", [(0, 1), (1, 3.3)], "a")]))
    assert not same(svg, plot("other", Axis("x"), Axis("y"), [Series("s", [(0, 1), (1, 3.2)], "a")]))


@pytest.mark.parametrize(
    ("axis", "values", "ticks"),
    [
        (Axis("x"), (3.0, 58.0), [0, 10, 20, 30, 40, 50, 60]),
        (Axis("x", zero=True), (548.0, 984.0), [0, 200, 400, 600, 800, 1000]),
        (Axis("x", "log"), (8.5, 38.8), [5, 10, 20, 50]),
        (Axis("x", "log2"), (16.0, 500.0), [16, 32, 64, 128, 256, 512]),
    ],
)
def test_ticks_enclose_the_values(axis: Axis, values: tuple[float, float], ticks: list[float]) -> None:
    """At round numbers; an axis from zero begins at zero."""
    assert axis.ticks(*values) == pytest.approx(ticks)


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
