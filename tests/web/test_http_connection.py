"""What surrounds GraphQL on a real server: methods, headers, origins, and what is hardly HTTP."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.web.asking_http import ANSWER, JSON, TYPENAME, post, raw, refusal

if TYPE_CHECKING:
    import httpx


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_told_the_allowed_ones(client: httpx.Client, method: str) -> None:
    """By `Allow`, as HTTP has it."""
    response = client.request(method, "/graphql")

    assert refusal(response)[:2] == (405, "BAD_REQUEST")
    assert response.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("POST", "/livez", 405)])
def test_what_the_routes_refuse_has_the_form_of_every_error(
    client: httpx.Client, method: str, path: str, status: int
) -> None:
    """JSON with a code, also where no GraphQL is."""
    assert refusal(client.request(method, path))[:2] == (status, "BAD_REQUEST")


def test_a_slash_behind_the_address_changes_nothing(client: httpx.Client) -> None:
    """Answers are the same; a browser is led to the page by an address that a proxy's prefix and scheme fit."""
    assert client.post("/graphql/", json=TYPENAME).json() == ANSWER
    assert client.get("/graphql/", params=TYPENAME).json() == ANSWER
    page = client.get("/graphql/", headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (307, "../graphql")


@pytest.mark.parametrize("path", ["/livez/", "/readyz/", "/static", "/graphql//"])
def test_no_other_address_is_redirected(client: httpx.Client, path: str) -> None:
    """An absolute redirect would lose a proxy's prefix and scheme."""
    assert refusal(client.get(path))[:2] == (404, "BAD_REQUEST")


def test_a_body_that_ends_early_is_answered_or_dropped(live_server: str, client: httpx.Client) -> None:
    """A client that leaves in the middle of its body does the server no harm."""
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
    """With 400 and a closed connection, before any of our code."""
    assert raw(live_server, request_text).startswith(b"HTTP/1.1 400 ")


def test_an_upgrade_to_a_web_socket_is_not_taken(client: httpx.Client) -> None:
    """There are no subscriptions: the request is answered as the GET that it is."""
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


def test_every_answer_names_its_request_and_its_revision(client: httpx.Client) -> None:
    """The id is a new one each time; the revision is the dataset's."""
    first, second = post(client, TYPENAME), post(client, {"query": "{ dataset { revision } }"})

    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert second.headers["x-dataset-revision"] == second.json()["data"]["dataset"]["revision"]


@pytest.mark.parametrize(("given", "taken"), [("0f8fad5b-d9cd-469f-a165-70867728950e", True), ('{"a": 1}', False)])
def test_the_id_that_a_proxy_gave_is_kept(client: httpx.Client, given: str, taken: bool) -> None:  # noqa: FBT001 - pytest fills it in by name
    """If it looks like one; anything else is replaced."""
    response = post(client, TYPENAME, x_request_id=given)

    assert (response.headers["x-request-id"] == given) is taken


def test_pages_of_other_origins_may_ask_without_credentials(client: httpx.Client) -> None:
    """Any origin, preflight included, and never with cookies."""
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = client.options("/graphql", headers={"origin": "https://example.org", **asked})
    answer = post(client, TYPENAME, origin="https://example.org")

    for response in (preflight, answer):
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in post(client, TYPENAME).headers
