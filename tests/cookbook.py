"""Queries and answers of the documentation; `python -m tests.cookbook` regenerates the answers from the sample."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sample import open_sample
from schema.build import build_schema
from tests.graph import Graph
from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = ROOT / "docs" / "cookbook.md"
PAGES = (
    ROOT / "README.md",
    *(ROOT / "docs" / f"{name}.md" for name in ("index", "concepts", "querying")),
    PAGE,
)
_WIDTH = 130

# A query, or a curl command that sends one, and the next code block if that is JSON.
_EXAMPLE = re.compile(
    r"(?:^```graphql\n(?P<query>(?:(?!```).)*)|-d '(?P<body>\{[^'\n]*\})'\n)```\n"
    r"(?:(?!```).)*^```json\n(?P<answer>.*?)^```\n",
    re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r"^### (\d+)\. ", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """A query and the answer that the page shows.

    Args:
        query: The query.
        answer: The answer, as JSON.
        in_envelope: Whether the answer is a whole response, with the key `data`.
    """

    query: str
    answer: str
    in_envelope: bool

    def shown(self, graph: Graph) -> Any:  # noqa: ANN401 - any JSON
        """Execute the query and return what the page must show."""
        data = graph.ask(self.query)
        return {"data": data} if self.in_envelope else data


@dataclass(frozen=True)
class Recipe:
    """A numbered example of the cookbook."""

    number: int
    query: str


def examples(page: str) -> Iterator[Example]:
    """Yield the examples of a page in their order."""
    for found in _EXAMPLE.finditer(page):
        yield _example(found)


def _example(found: re.Match[str]) -> Example:
    body = found["body"]
    return Example(json.loads(body)["query"] if body else found["query"], found["answer"], in_envelope=bool(body))


def recipes(page: str) -> Iterator[Recipe]:
    """Yield the recipes of the cookbook: the first example below each numbered heading."""
    _, *parts = _HEADING.split(page)
    for number, text in zip(parts[::2], parts[1::2], strict=True):
        yield Recipe(int(number), next(examples(text)).query)


def readable(value: Any, indent: str = "") -> str:  # noqa: ANN401 - any JSON
    """Format JSON with each object or list on one line if it fits."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= _WIDTH:
        return line
    inner = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{inner}{json.dumps(name)}: {readable(part, inner)}" for name, part in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    return "[\n" + ",\n".join(inner + readable(part, inner) for part in value) + f"\n{indent}]"


def rewritten(page: str, graph: Graph) -> str:
    """Return the page with the answers of the graph; answers that agree up to rounding stay unchanged."""

    def replaced(found: re.Match[str]) -> str:
        example = _example(found)
        answer = example.shown(graph)
        if _agree(json.loads(example.answer), answer):
            return found[0]
        start, end = found.span("answer")
        return f"{page[found.start() : start]}{readable(answer)}\n{page[end : found.end()]}"

    return _EXAMPLE.sub(replaced, page)


def _agree(shown: Any, answered: Any) -> bool:  # noqa: ANN401 - any JSON
    match shown, answered:
        case dict(), dict():
            return list(shown) == list(answered) and all(_agree(shown[name], answered[name]) for name in shown)
        case list(), list():
            return len(shown) == len(answered) and all(map(_agree, shown, answered))
        case float(), float():
            return math.isclose(shown, answered, rel_tol=1e-9, abs_tol=1e-9)
        case _:
            return bool(shown == answered)


if __name__ == "__main__":
    sample = Graph(build_schema(), open_sample())
    for path in PAGES:
        path.write_text(rewritten(path.read_text(encoding="utf-8"), sample), encoding="utf-8")
