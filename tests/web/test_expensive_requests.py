"""Requests that would take seconds and gigabytes are refused within 50 ms and 64 MiB, and delay no other client.

Each attempt sends a new document, which the server must parse, validate and compile before it can refuse it. The 50 ms
are CPU time of the server's event loop, because other processes share the machine. They may also delay the other
client, so the first attempt whose figures are all within the bounds counts.
"""

from __future__ import annotations

import hashlib
import json
import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from execution.strawberry_internals import core_schema
from schema.build import build_schema
from tests.multiplied_dataset import multiplied_sample
from tests.web.expensive_requests import (
    EXPENSIVE_REQUESTS,
    ROOT_FIELD,
    ExpensiveRequest,
    by_namespace,
    encoded,
)
from tests.web.http_requests import JSON
from tests.web.observed_server import ObservedServer, observed_server
from tests.web.rewritten_requests import REWRITTEN
from tests.web.server_load import READS_PROC, Observation, observe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from graphql import GraphQLSchema

    AnyRequest = Callable[[ObservedServer, dict[str, Any]], httpx.Request]

pytestmark = pytest.mark.skipif(not READS_PROC, reason="memory and CPU time are read from /proc")

_ATTEMPTS = 10
_ADDRESS_SPACE = 4 * 2**30
_BOUNDS = {"milliseconds": 50, "mib": 64, "longest_wait": 100}
_NESTED = [request for request in EXPENSIVE_REQUESTS if "gpu" in request.query or "model" in request.query]
# A query without pages has neither arguments nor `nodes`.
_OF_PAGES = {"through variables", "through edges", "with last"}
_FORMS = [(each, form) for each in _NESTED for form in REWRITTEN if "first" in each.query or form not in _OF_PAGES]


@pytest.fixture(scope="module")
def large_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with ten copies of every model."""
    return multiplied_sample(tmp_path_factory.mktemp("expensive") / "sample")


@pytest.fixture(scope="module")
def server(large_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A server over ten times the sample."""
    with _server_over(large_sample, tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="module")
def real_server(real_figures: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A server over the published figures."""
    with _server_over(real_figures, tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="module")
def nested_server(large_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A server over ten times the sample with all root fields below a field."""
    with _server_over(large_sample, tmp_path_factory, "--root-field", ROOT_FIELD) as server:
        yield server


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    """The schema."""
    return core_schema(build_schema())


@contextmanager
def _server_over(source: Path, tmp_path_factory: pytest.TempPathFactory, *arguments: str) -> Iterator[ObservedServer]:
    with observed_server(tmp_path_factory.mktemp("server"), "--source", str(source), *arguments) as server:
        # Without a bound on requests, some of these would take all memory of the machine.
        resource.prlimit(server.process.pid, resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        yield server


def _post(server: ObservedServer, body: dict[str, Any]) -> httpx.Request:
    return httpx.Request("POST", f"{server.address}/graphql", content=encoded(body), headers={"content-type": JSON})


def _get(server: ObservedServer, body: dict[str, Any]) -> httpx.Request:
    return httpx.Request("GET", f"{server.address}/graphql", params=body)


@pytest.mark.parametrize("expensive", EXPENSIVE_REQUESTS, ids=str)
def test_an_expensive_request_is_refused_at_once(server: ObservedServer, expensive: ExpensiveRequest) -> None:
    """On ten times the sample."""
    assert_states_its_cost(expensive, assert_refused_at_once(server, expensive.body()))


@pytest.mark.parametrize(
    "expensive", [request for request in EXPENSIVE_REQUESTS if not request.reads_raw_files], ids=str
)
def test_an_expensive_request_is_refused_on_the_published_figures(
    real_server: ObservedServer, expensive: ExpensiveRequest
) -> None:
    """Where each of them was measured to take seconds."""
    assert_states_its_cost(expensive, assert_refused_at_once(real_server, expensive.body()))


@pytest.mark.parametrize("expensive", EXPENSIVE_REQUESTS, ids=str)
def test_an_expensive_request_is_as_short_as_measured(expensive: ExpensiveRequest) -> None:
    """Within a tenth of the number of bytes for which its cost was measured."""
    assert len(encoded(expensive.body())) == pytest.approx(expensive.length, rel=0.1)


@pytest.mark.parametrize(("expensive", "form"), _FORMS, ids=str)
def test_an_expensive_request_is_refused_in_another_form(
    server: ObservedServer, schema: GraphQLSchema, expensive: ExpensiveRequest, form: str
) -> None:
    """Variables, fragments, directives, edges, other pages, operations and entities are counted alike."""
    assert_refused_at_once(server, REWRITTEN[form](expensive.query, schema))


@pytest.mark.parametrize("expensive", _NESTED, ids=str)
def test_an_expensive_request_is_refused_below_a_root_field(
    nested_server: ObservedServer, expensive: ExpensiveRequest
) -> None:
    """A graph whose root fields are nested has the same limit."""
    assert_refused_at_once(nested_server, {"query": f"{{ {ROOT_FIELD} {expensive.query} }}"})


def test_the_aliases_of_a_root_field_count_together(nested_server: ObservedServer) -> None:
    """A single namespace is cheap enough; twenty of them are not."""
    validation = {"query": by_namespace(1), "extensions": {"cost": "validate"}}
    with httpx.Client() as client:
        assert "errors" not in client.send(_post(nested_server, validation)).json()
    assert_refused_at_once(nested_server, {"query": by_namespace(20)})


@pytest.mark.parametrize("expensive", _NESTED, ids=str)
def test_an_expensive_get_is_refused(server: ObservedServer, expensive: ExpensiveRequest) -> None:
    """A GET has the same limit as a POST."""
    assert_refused_at_once(server, expensive.body(), _get)


@pytest.mark.parametrize("expensive", _NESTED, ids=str)
def test_an_expensive_persisted_query_is_refused(server: ObservedServer, expensive: ExpensiveRequest) -> None:
    """By its hash alone, after it was refused with its text."""
    digest = hashlib.sha256(expensive.query.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    with httpx.Client() as client:
        refused(client.send(_post(server, {"query": expensive.query, "extensions": extensions})))
    assert_refused_at_once(server, {"extensions": json.dumps(extensions)}, _get)


def assert_states_its_cost(expensive: ExpensiveRequest, extensions: dict[str, Any]) -> None:
    """Assert that an error states cost, limit and the most expensive field, or that there are too many variables."""
    if expensive.variables:
        assert extensions["limit"].startswith("variable_")
    else:
        assert extensions["cost"] > extensions["limit"]
        assert all(name in expensive.query for name in extensions["path"])


def assert_refused_at_once(server: ObservedServer, body: dict[str, Any], request: AnyRequest = _post) -> dict[str, Any]:
    """Assert that a request is refused within the bounds in one of several attempts, each with another document.

    Returns:
        `extensions` of the error.
    """
    seen: list[Observation] = []
    for attempt in range(_ATTEMPTS):
        new = {**body, "query": body["query"] + " " * attempt} if "query" in body else body
        seen.append(observe(server, request(server, new)))
        extensions = refused(seen[-1].response)
        if seen[-1].within(**_BOUNDS):
            return extensions
    pytest.fail(f"no attempt within {_BOUNDS}: {seen}")


def refused(response: httpx.Response) -> dict[str, Any]:
    """Return `extensions` of the single error, `QUERY_TOO_COMPLEX`, of a response without data."""
    body = response.json()
    assert body.get("data") is None
    (error,) = body["errors"]
    extensions: dict[str, Any] = error["extensions"]
    assert extensions["code"] == "QUERY_TOO_COMPLEX", error
    return extensions
