"""Queries that people send; `python -m tests.legitimate_queries` prints those whose cost is nearest to the limit.

The costs are those on ten copies of a dataset's models: of the published figures, or of another directory.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from graphql import GraphQLObjectType, get_introspection_query, parse, print_ast, separate_operations, validate

from benchmarks.workloads import WORKLOADS, whole_dataset
from execution.field_metadata import COST
from execution.strawberry_internals import core_schema
from schema.build import build_schema
from settings import Settings
from tests.multiplied_dataset import multiplied
from tests.promised_queries import leaves, promised_queries
from tests.server_process import ROOT, running_server

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import GraphQLSchema

_NEAREST = 20
_ALL = "all columns"
_PUBLISHED = ROOT.parent / "shared" / "data" / "leaderboard-v3"
# GraphQL blocks, bodies of curl commands, and queries in Python.
_IN_MARKDOWN = re.compile(
    r"^```graphql\n(?P<block>.*?)^```$|-d '(?P<body>\{[^'\n]*\})'|^query = \"\"\"(?P<python>.*?)\"\"\"",
    re.MULTILINE | re.DOTALL,
)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
# Their required variables; an operation ignores those that it does not declare.
_VARIABLES_OF_PAGES = {
    "task": "gpqa",
    "id": "x",
    "ids": ["x"],
    "modelId": "x",
    "text": "x",
    "gpuModel": "B200",
    "numGpus": 1,
    "baseline": "H100",
    "candidate": "B200",
}
_REPRESENTATIONS = 1_000


@dataclass(frozen=True)
class Legitimate:
    """A request that must be accepted.

    Args:
        name: Where it is from.
        query: The document.
        variables: Its variables.
    """

    name: str
    query: str
    variables: dict[str, Any] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the request as JSON."""
        return {"query": self.query, "variables": self.variables}


@dataclass(frozen=True)
class Cost:
    """The cost of a request.

    Args:
        name: Name of the request.
        cost: Its cost; infinite if it has none.
        errors: Messages of the errors of the response; it is accepted without any.
    """

    name: str
    cost: float
    errors: tuple[str, ...]


def legitimate_requests(schema: GraphQLSchema) -> Iterator[Legitimate]:
    """Yield the requests that must be accepted on a dataset ten times as large as the published figures."""
    yield from _documented(schema)
    yield from _of_the_pages()
    for workload in WORKLOADS:
        body = json.loads(workload.bodies().body(1))
        yield Legitimate(f"benchmark: {workload.title}", body["query"], body["variables"])
    for name, query in promised_queries(schema):
        yield Legitimate(f"contract: {name}", query)
    for name in ("llmRuns", "diffusionRuns"):
        yield Legitimate(f"{name}: first 2,000, {_ALL}", f"{{ {name}(first: 2000) {{ {_rows(schema, name)} }} }}")
    yield _of_a_gateway()


def whole_datasets(schema: GraphQLSchema) -> Iterator[Legitimate]:
    """Yield the requests for every run with every column, which must be accepted on the published figures."""
    yield Legitimate(f"published figures by model and GPU, {_ALL}", json.loads(whole_dataset())["query"])
    runs = " ".join(
        f"{name}(first: 2000{stability}) {{ {_rows(schema, name)} }}"
        for name, stability in (("llmRuns", ", stability: ANY"), ("diffusionRuns", ""))
    )
    yield Legitimate(
        f"published figures by model, {_ALL}",
        f"{{ models(first: 2000) {{ nodes {{ {_leaves(schema, 'Model')} {runs} }} }} }}",
    )


def costs(address: str, requests: Iterable[Legitimate]) -> list[Cost]:
    """Return the costs of requests by the estimate of a server, without executing them; the most expensive first."""
    found = []
    with httpx.Client(base_url=address, timeout=30) as client:
        for request in requests:
            answer = client.post("/graphql", json=request.body(), headers={"GraphQL-Cost": "validate"}).json()
            errors = answer.get("errors", [])
            extensions = errors[0]["extensions"] if errors else answer["extensions"]
            messages = tuple(error["message"] for error in errors)
            found.append(Cost(request.name, extensions.get("cost", math.inf), messages))
    return sorted(found, key=lambda each: each.cost, reverse=True)


def _documented(schema: GraphQLSchema) -> Iterator[Legitimate]:
    """Yield the queries of README and documentation, except those for other graphs."""
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        page = path.read_text(encoding="utf-8")
        for found in _IN_MARKDOWN.finditer(page):
            query = json.loads(found["body"])["query"] if found["body"] else found["block"] or found["python"]
            if path.name != "federation.md" or not validate(schema, parse(query)):
                heading = _HEADING.findall(page, 0, found.start())[-1]
                variables = {"task": "gpqa"} if found["python"] else {}
                yield Legitimate(f"{path.stem}: {heading}", query, variables)


def _of_the_pages() -> Iterator[Legitimate]:
    """Yield the queries of the browser pages, and GraphiQL's introspection; its examples are the cookbook's recipes."""
    for path in sorted((ROOT / "ui" / "src").rglob("*.graphql")):
        for name, operation in separate_operations(parse(path.read_text(encoding="utf-8"))).items():
            yield Legitimate(f"pages: {name}", print_ast(operation), _VARIABLES_OF_PAGES)
    yield Legitimate("GraphiQL: introspection", get_introspection_query(descriptions=True))
    options = ("specified_by_url", "directive_is_repeatable", "schema_description", "input_value_deprecation")
    yield Legitimate("introspection, all options", get_introspection_query(**dict.fromkeys(options, True)))


def _of_a_gateway() -> Legitimate:
    query = """query ($of: [_Any!]!) { _entities(representations: $of) { ... on Model {
      measured nickname bestRun(by: ENERGY_PER_TOKEN_JOULES) { energyPerTokenJoules gpuModel }
    } } }"""
    models = [{"__typename": "Model", "modelId": f"org/model-{number}"} for number in range(_REPRESENTATIONS)]
    return Legitimate(f"gateway: best run of {_REPRESENTATIONS:,} models", query, {"of": models})


def _rows(schema: GraphQLSchema, name: str) -> str:
    return f"nodes {{ {_leaves(schema, {'llmRuns': 'LLMRun', 'diffusionRuns': 'DiffusionRun'}[name])} }}"


def _leaves(schema: GraphQLSchema, name: str) -> str:
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType)
    # Without fields that read raw files: a request may open fewer files than there are runs on a page.
    return " ".join(field for field in leaves(kind).split() if COST not in kind.fields[field].extensions)


def table(found: list[Cost], limit: int) -> str:
    """Return the most expensive requests with their share of the limit, as a Markdown table."""
    rows = [f"| {each.name} | {each.cost:,.0f} | {each.cost / limit:.0%} |" for each in found[:_NEAREST]]
    return "\n".join(("| query | cost | share of the limit |", "|---|---:|---:|", *rows))


def main() -> None:
    """Print the table for a directory given as an argument, or for the published figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", nargs="?", type=Path, default=_PUBLISHED, help="a dataset's directory")
    source: Path = parser.parse_args().source
    schema = core_schema(build_schema())
    with tempfile.TemporaryDirectory() as folder:
        larger = multiplied(source, Path(folder) / "larger")
        with running_server("--source", str(larger)) as address:
            found = costs(address, legitimate_requests(schema))
    with running_server("--source", str(source)) as address:
        found += costs(address, whole_datasets(schema))
    limit = Settings.model_fields["max_cost"].default
    sys.stdout.write(table(sorted(found, key=lambda each: each.cost, reverse=True), limit) + "\n")


if __name__ == "__main__":
    main()
