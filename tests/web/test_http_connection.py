"""Methods, headers, origins and malformed HTTP, against a real server."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.web.http_requests import ANSWER, JSON, TYPENAME, post, raw, refusal

if TYPE_CHECKING:
    import httpx


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_wrong_method_is_405(client: httpx.Client, method: str) -> None:
    """`Allow` lists the allowed methods."""
    response = client.request(method, "/graphql")

    assert refusal(response)[:2] == (405, "BAD_REQUEST")
    assert response.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("POST", "/livez", 405)])
def test_errors_of_the_router_have_the_common_form(client: httpx.Client, method: str, path: str, status: int) -> None:
    """JSON with a code, for all paths."""
    assert refusal(client.request(method, path))[:2] == (status, "BAD_REQUEST")


def test_a_trailing_slash_is_accepted(client: httpx.Client) -> None:
    """Same responses; a browser is redirected by a relative URL, which keeps prefix and scheme of a proxy."""
    assert client.post("/graphql/", json=TYPENAME).json() == ANSWER
    assert client.get("/graphql/", params=TYPENAME).json() == ANSWER
    for query in ("", "?query=%7B__typename%7D&operationName=a%20b"):
        page = client.get(f"/graphql/{query}", headers={"accept": "text/html"})
        assert (page.status_code, page.headers["location"]) == (307, f"../graphql{query}")


@pytest.mark.parametrize("path", ["/livez/", "/readyz/", "/static", "/graphql//"])
def test_no_other_path_is_redirected(client: httpx.Client, path: str) -> None:
    """An absolute redirect would lose prefix and scheme of a proxy."""
    assert refusal(client.get(path))[:2] == (404, "BAD_REQUEST")


def test_a_body_that_ends_early_is_answered_or_dropped(live_server: str, client: httpx.Client) -> None:
    """A client that disconnects within its body does no harm."""
    head = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n"
    parts = urlsplit(live_server)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        connection.sendall(head + b'{"query"')

    assert post(client, TYPENAME).json() == ANSWER


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET /graphql HTTP/9.9\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused(live_server: str, request_text: bytes) -> None:
    """With 400 and a closed connection, before our code runs."""
    assert raw(live_server, request_text).startswith(b"HTTP/1.1 400 ")


def test_an_upgrade_to_a_web_socket_is_ignored(client: httpx.Client) -> None:
    """Subscriptions are not supported: the request is handled as a GET."""
    response = client.get(
        "/graphql",
        headers={
            "accept": JSON,
            "connection": "Upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        },
    )

    assert refusal(response)[0] == 400


def test_every_response_has_a_request_id_and_a_revision(client: httpx.Client) -> None:
    """The id is new each time; the revision is that of the dataset."""
    first, second = post(client, TYPENAME), post(client, {"query": "{ dataset { revision } }"})

    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert second.headers["x-dataset-revision"] == second.json()["data"]["dataset"]["revision"]


@pytest.mark.parametrize(("given", "taken"), [("0f8fad5b-d9cd-469f-a165-70867728950e", True), ('{"a": 1}', False)])
def test_a_valid_id_of_a_proxy_is_used(client: httpx.Client, given: str, taken: bool) -> None:  # noqa: FBT001 - pytest fills it in by name
    """A malformed id is replaced."""
    response = post(client, TYPENAME, x_request_id=given)

    assert (response.headers["x-request-id"] == given) is taken


def test_other_origins_are_allowed_without_credentials(client: httpx.Client) -> None:
    """Any origin, preflight included, and never with cookies."""
    requested = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = client.options("/graphql", headers={"origin": "https://example.org", **requested})
    answer = post(client, TYPENAME, origin="https://example.org")

    for response in (preflight, answer):
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in post(client, TYPENAME).headers
