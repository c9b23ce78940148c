"""Apollo Client's and urql's normalized caches, with their defaults, store each object once."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.clients.conftest import FOLDER
from tests.cookbook import PAGES, examples
from tests.npm_packages import run
from tests.server_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

QUERYING = ROOT / "docs" / "querying.md"
RUNS = "nodes { id model { id org architecture } gpu { id tdpWatts } taskInfo { id kind } }"
LISTS = (
    "{ models(first: 99) { nodes { id nickname } } gpus { id vendor } tasks { id displayName } dataset { id name } }"
)
OF_RUNS = f"""{{
  llmRuns(first: 2000, stability: ANY) {{ {RUNS} }} diffusionRuns(first: 2000) {{ {RUNS} }}
  dataset {{ id revision }}
}}"""
# Its fields are in the cache only if the objects in the lists and those of the runs are the same.
BOTH = """{
  models(first: 99) { nodes { id nickname org architecture } } gpus { id vendor tdpWatts }
  tasks { id displayName kind } dataset { id name revision }
}"""
each_client = pytest.mark.parametrize("client", ["apollo", "urql"])


@pytest.fixture
def cached(packages: Path, live_server: str) -> Any:  # noqa: ANN401 - a function
    """A function that sends queries through a client, or reads them from its cache, in order."""
    assert packages.is_dir()

    def found(client: str, *steps: tuple[str, str], **options: Any) -> list[Any]:  # noqa: ANN401 - any JSON
        given = {
            "url": f"{live_server}/graphql",
            "client": client,
            "steps": [{how: query} for how, query in steps],
            **options,
        }
        output: list[Any] = json.loads(run("node", "caches.js", folder=FOLDER, stdin=json.dumps(given)))
        return [without_type_names(each) for each in output]

    return found


def without_type_names(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return an answer without the type names that clients select."""
    if isinstance(value, dict):
        return {name: without_type_names(each) for name, each in value.items() if name != "__typename"}
    return [without_type_names(each) for each in value] if isinstance(value, list) else value


def answered(server: str, query: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the data that the server answers without a client, without type names."""
    answer = httpx.post(f"{server}/graphql", json={"query": query}, timeout=60).json()
    assert "errors" not in answer
    return without_type_names(answer["data"])


@each_client
def test_each_model_gpu_and_task_is_stored_once(cached: Any, live_server: str, client: str) -> None:  # noqa: ANN401
    """After two queries, a third one that combines their fields is answered by the cache alone, as by the server."""
    found = cached(client, ("ask", LISTS), ("ask", OF_RUNS), ("read", BOTH), ("read", LISTS), ("read", OF_RUNS))
    expected = [answered(live_server, query) for query in (LISTS, OF_RUNS, BOTH)]
    assert len(expected[2]["models"]["nodes"]) > 10
    assert found[2:] == [expected[2], *expected[:2]]


@each_client
def test_without_ids_objects_are_copied(cached: Any, client: str) -> None:  # noqa: ANN401
    """The test above depends on the ids: by their own keys, the caches do not recognize the objects."""
    without = [query.replace("{ id ", "{ __typename ") for query in (LISTS, OF_RUNS, BOTH)]
    lists, of_runs, both = without
    assert cached(client, ("ask", lists), ("ask", of_runs), ("read", both))[-1] is None


@pytest.mark.parametrize(("client", "policies"), [("apollo", "none"), ("apollo", "documented"), ("urql", "none")])
def test_connections_are_merged_as_documented(cached: Any, client: str, policies: str) -> None:  # noqa: ANN401
    """Apollo replaces an object without an id by the next one in its place, unless its type has `merge: true`."""
    page = QUERYING.read_text(encoding="utf-8")
    [names] = re.findall(r"const merged = (\[.*?\]);", page, re.DOTALL)
    documented = {name: {"merge": True} for name in re.findall(r"'(\w+)'", names)}
    assert "LLMRunConnection" in documented
    one, other = ("{ llmRuns(first: 1) { totalCount } }", "{ llmRuns(first: 1) { nodes { id } } }")
    options = {"typePolicies": documented} if policies == "documented" else {}
    first, _, again = cached(client, ("ask", one), ("ask", other), ("read", one), **options)
    assert again == (None if (client, policies) == ("apollo", "none") else first)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@each_client
def test_objects_without_identity_are_not_merged(cached: Any, live_server: str, client: str, page: Path) -> None:  # noqa: ANN401
    """Groups, best runs, pairs and histograms of the documented queries leave the cache as the server sent them."""
    queries = [each.query for each in examples(page.read_text(encoding="utf-8"))]
    assert queries
    found = cached(client, *(step for query in queries for step in (("ask", query), ("read", query))))
    assert found[1::2] == [answered(live_server, query) for query in queries]
