"""The recipes of docs/cookbook.md: question, explanation and query, found by words."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HEADING = re.compile(r"^### (\d+)\. (.+)$", re.MULTILINE)
_QUERY = re.compile(r"^```graphql\n(.*?)^```", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r"[a-z0-9]+")
# Words of one stem share their beginning: `configuration` and `configurations`, `efficient` and `efficiency`.
_STEM = 6
_TITLE_WEIGHT = 3
# Words of questions that say nothing about their subject.
_IGNORED = frozenset(
    _WORD.findall(
        "about all an and any are at be by can compared do does for from has have how in is it its many me much my of "
        "on or that the their this to was what when where which why with would"
    )
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question with the query that answers it.

    Args:
        number: Number in the cookbook.
        title: The question, in a few words.
        explanation: What the query returns, and the meaning of its arguments.
        query: The document.
    """

    number: int
    title: str
    explanation: str
    query: str


class Cookbook:
    """The recipes, in order, and an index of their words."""

    def __init__(self, recipes: Iterable[Recipe]) -> None:
        self.recipes = {recipe.number: recipe for recipe in recipes}
        self._words = {recipe.number: _weighted_words(recipe) for recipe in self.recipes.values()}
        self._recipes_with = Counter(word for words in self._words.values() for word in words)

    def search(self, question: str, limit: int) -> list[Recipe]:
        """Return at most `limit` recipes that share words with a question, best first; rare words count more."""
        stems = set(_stems(question))
        weights = {
            word: math.log(1 + len(self.recipes) / self._recipes_with[word])
            for word in stems
            if word in self._recipes_with
        }
        scores = {
            number: sum(weight * words.get(word, 0.0) for word, weight in weights.items())
            for number, words in self._words.items()
        }
        ranked = sorted((number for number in scores if scores[number]), key=lambda number: (-scores[number], number))
        return [self.recipes[number] for number in ranked[:limit]]


def read_cookbook(page: Path) -> Cookbook:
    """Read the recipes of the page.

    Raises:
        GraphError: The page is missing or has no recipes.
    """
    try:
        text = page.read_text(encoding="utf-8")
    except OSError as error:
        raise GraphError(f"--mcp needs {page}: {error.strerror}") from error
    _, *parts = _HEADING.split(text)
    recipes = [
        Recipe(int(number), title, _paragraphs(part[: query.start()]), query[1].strip())
        for number, title, part in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        if (query := _QUERY.search(part))
    ]
    if not recipes:
        raise GraphError(f"--mcp needs {page}: the file has no recipes")
    return Cookbook(recipes)


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _stems(text: str) -> list[str]:
    return [word[:_STEM] for word in _WORD.findall(text.lower()) if word not in _IGNORED]


def _weighted_words(recipe: Recipe) -> dict[str, float]:
    """Return the weight of each word: the title counts more, and a repeated word counts once."""
    words = dict.fromkeys(_stems(f"{recipe.explanation} {recipe.query}"), 1.0)
    return words | dict.fromkeys(_stems(recipe.title), float(_TITLE_WEIGHT))
