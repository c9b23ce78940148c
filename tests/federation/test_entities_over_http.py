"""`_entities` of a real server: hostile lists of references are refused quickly and in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.web.http_requests import post
from tests.web.observed_server import ObservedServer, observed_server
from tests.web.server_load import READS_PROC, observe

if TYPE_CHECKING:
    from collections.abc import Iterator

QUERY = """query ($of: [_Any!]!) { _entities(representations: $of) {
  __typename ... on Model { modelId measured nickname } ... on GPU { model vendor } } }"""
MANY = 100_000
_ATTEMPTS = 10  # other processes share the machine


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A server that accepts bodies of 64 MiB, so that only the limits of references refuse."""
    with observed_server(tmp_path_factory.mktemp("entities"), "--max-body-kib", "65536") as server:
        yield server


def of_models(count: int, distinct: int) -> list[dict[str, str]]:
    """Return references to models that were never measured."""
    return [{"__typename": "Model", "modelId": f"nobody/model-{number % distinct}"} for number in range(count)]


def ask(address: str, of: list[Any]) -> httpx.Response:
    """Send a list of references."""
    with httpx.Client(base_url=address, timeout=60) as client:
        return post(client, {"query": QUERY, "variables": {"of": of}}, accept="application/json")


def test_a_request_has_known_unknown_missing_and_forged_references(live_server: str) -> None:
    """Each is answered at its index; values beside the key are ignored, and nothing is cacheable."""
    of = [
        {"__typename": "GPU", "model": "B200", "vendor": "Forged"},
        {"__typename": "GPU", "model": "unknown GPU", "vendor": "Forged"},
        {"__typename": "Model", "modelId": "nobody/model", "measured": True, "nickname": "Forged"},
        {"__typename": "Model"},
        {"__typename": "Forged", "modelId": "nobody/model"},
        {"modelId": "nobody/model"},
    ]
    response = ask(live_server, of)
    assert response.status_code == 200
    assert "etag" not in response.headers
    body = response.json()
    assert body["data"]["_entities"] == [
        {"__typename": "GPU", "model": "B200", "vendor": "NVIDIA"},
        None,
        {"__typename": "Model", "modelId": "nobody/model", "measured": False, "nickname": None},
        None,
        None,
        None,
    ]
    assert [error["path"] for error in body["errors"]] == [["_entities", index] for index in (3, 4, 5)]
    assert {error["extensions"]["code"] for error in body["errors"]} == {"BAD_USER_INPUT"}


def test_references_in_a_get_request_are_not_cacheable(live_server: str) -> None:
    """`_entities` depends on the references of one gateway, so no cache may store it."""
    query = '{ _entities(representations: [{__typename: "GPU", model: "B200"}]) { ... on GPU { vendor } } }'
    response = httpx.get(f"{live_server}/graphql", params={"query": query})
    assert response.json() == {"data": {"_entities": [{"vendor": "NVIDIA"}]}}
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_the_number_of_references_is_limited(live_server: str) -> None:
    """A reference has three values, and a request at most 20,000: 6,666 references to 46 models, and not one more."""
    of = of_models(6_666, 46)
    allowed = ask(live_server, of).json()
    assert "errors" not in allowed
    assert [each["modelId"] for each in allowed["data"]["_entities"]] == [each["modelId"] for each in of]
    (error,) = ask(live_server, of_models(6_667, 46)).json()["errors"]
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("QUERY_TOO_COMPLEX", "variable_values")


def test_a_long_body_is_refused(live_server: str) -> None:
    """100,000 references exceed the default limit of a body."""
    response = ask(live_server, of_models(MANY, MANY))
    assert response.status_code == 413
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_REQUEST"]


@pytest.mark.skipif(not READS_PROC, reason="memory and CPU time are read from /proc")
@pytest.mark.parametrize(
    "of",
    [of_models(MANY, MANY), of_models(MANY, 46), [{"__typename": "Forged", "id": "1"}] * MANY, [{}] * MANY],
    ids=["distinct", "repeated", "unknown type", "no type"],
)
def test_a_hundred_thousand_references_are_refused(server: ObservedServer, of: list[Any]) -> None:
    """In less than 500 ms of the event loop and 128 MiB, most of which is parsing the body; the server lives on."""
    request = httpx.Request(
        "POST", f"{server.address}/graphql", json={"query": QUERY, "variables": {"of": of}}, headers={"accept": "*/*"}
    )
    for _ in range(_ATTEMPTS):
        observed = observe(server, request)
        (error,) = observed.response.json()["errors"]
        assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
        if observed.within(milliseconds=500, mib=128, longest_wait=1_000):
            break
    else:
        pytest.fail(f"the last of {_ATTEMPTS} attempts took {observed}")
    assert "errors" not in ask(server.address, of_models(2_000, 2_000)).json()
