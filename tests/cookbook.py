"""The cookbook's recipes, read from the page; `python -m tests.cookbook` writes their answers on the sample anew."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sample import open_sample
from schema.build import build_schema
from tests.asking import Graph
from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "cookbook.md"
_WIDTH = 130
_RECIPE = re.compile(
    r"^### (?P<number>\d+)\. (?P<question>.+?)\n.*?^```graphql\n(?P<query>.*?)^```\n.*?^```json\n(?P<answer>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Recipe:
    """One question.

    Args:
        number: Its number.
        question: Its heading.
        query: The query.
        answer: The answer that the page shows, as JSON.
    """

    number: int
    question: str
    query: str
    answer: str


def recipes(page: str) -> Iterator[Recipe]:
    """Give the recipes of the page, in its order."""
    for found in _RECIPE.finditer(page):
        yield Recipe(int(found["number"]), found["question"], found["query"], found["answer"])


def readable(value: Any, indent: str = "") -> str:  # noqa: ANN401 - any JSON
    """Write JSON with each object or list on one line where it fits."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= _WIDTH:
        return line
    inner = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(name)}: {readable(part, inner)}" for name, part in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + readable(part, inner) for part in value) + f"\n{indent}]"


def rewritten(page: str, graph: Graph) -> str:
    """Return the page with the answers that a graph gives."""
    for recipe in recipes(page):
        before, marked, after = page.partition(f"```graphql\n{recipe.query}```\n")
        shown = f"```json\n{recipe.answer}```\n"
        page = before + marked + after.replace(shown, f"```json\n{readable(graph.ask(recipe.query))}\n```\n", 1)
    return page


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8"), Graph(build_schema(), open_sample())), encoding="utf-8")
