"""GraphQL by GET against a real server, and the page at the same URL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.web.http_requests import ANSWER, GRAPHQL_RESPONSE, TYPENAME, raw, refusal

if TYPE_CHECKING:
    import httpx


def test_a_get_is_read_from_the_query_string(client: httpx.Client) -> None:
    """Variables are JSON there; a plus is a space."""
    query = "query A($n: Int) { models(first: $n) { nodes { __typename } } } query B { __typename }"
    parameters = {"query": query, "variables": '{"n": 1}', "operationName": "A"}

    response = client.get("/graphql", params=parameters, headers={"accept": GRAPHQL_RESPONSE})

    assert response.json() == {"data": {"models": {"nodes": [{"__typename": "Model"}]}}}
    assert client.get("/graphql?query={+__typename+}").json() == ANSWER


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "`query` is missing"),
        ({"query": ""}, "`query` is empty text"),
        ({"extensions": '{"persistedQuery": {}}'}, "`query` is missing"),
        ({"query": "{ __typename }", "variables": "{"}, "`variables` is not valid JSON"),
        ({"query": "{ __typename }", "variables": "[" * 2_000}, "`variables` is not valid JSON"),
        ({"query": "{ __typename }", "variables": "1"}, "`variables` is a number"),
        ({"query": "{ __typename }", "extensions": "[1]"}, "`extensions` is a list"),
        ({"documentId": ""}, "`documentId` is empty text"),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", GRAPHQL_RESPONSE])
def test_an_invalid_get_is_400(client: httpx.Client, parameters: dict[str, str], expected: str, accept: str) -> None:
    """Without a page, unless the client accepts HTML."""
    status, code, message = refusal(client.get("/graphql", params=parameters, headers={"accept": accept}))

    assert (status, code) == (400, "BAD_REQUEST")
    assert expected in message


@pytest.mark.parametrize("query", [b"%ff%fe", b"%7b__typename%7d%23%c3%28", b"{__typename}&variables=%80"])
@pytest.mark.parametrize("accept", [b"*/*", b"text/html"])
def test_a_query_string_that_is_not_utf_8_is_refused(live_server: str, query: bytes, accept: bytes) -> None:
    """The error names the byte; replacing it would silently change the query."""
    head = b"Host: x\r\nAccept: " + accept + b"\r\nConnection: close\r\n\r\n"
    received = raw(live_server, b"GET /graphql?query=" + query + b" HTTP/1.1\r\n" + head)

    status, _, body = received.partition(b"\r\n\r\n")
    if accept == b"*/*":
        assert status.startswith(b"HTTP/1.1 400 ")
        assert "which is not UTF-8" in json.loads(body)["errors"][0]["message"]
    else:
        assert status.startswith(b"HTTP/1.1 406 ")


def test_a_query_string_of_very_many_parameters_is_refused(client: httpx.Client) -> None:
    """Before they are decoded, also where a browser would get the page."""
    unknown = "&".join(["a"] * 99)
    assert client.get(f"/graphql?query={{__typename}}&{unknown}").json() == ANSWER
    for accept in ("*/*", "text/html, */*"):
        response = client.get(f"/graphql?query={{__typename}}&a&{unknown}", headers={"accept": accept})
        assert refusal(response)[0] == 400
        assert refusal(response)[2] == "The query string has 101 parameters; allowed: 100."


def test_a_query_string_may_have_any_character(client: httpx.Client) -> None:
    """In UTF-8."""
    query = "query ($name: ID!) { model(modelId: $name) { modelId } }"
    parameters = {"query": query, "variables": json.dumps({"name": "énergie/模型"}, ensure_ascii=False)}

    answer = client.get("/graphql", params=parameters).json()
    assert answer["data"] == {"model": None}
    assert answer["extensions"]["warnings"][0]["value"] == "énergie/模型"


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    """Same status and headers, for caches and monitors."""
    response = client.get("/graphql", params=TYPENAME)
    head = client.head("/graphql", params=TYPENAME)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "vary", "x-dataset-revision"):
        assert head.headers[name] == response.headers[name]


def test_a_mutation_by_get_is_405(client: httpx.Client) -> None:
    """Programs follow links; HTTP excludes changes by GET, whatever the schema has."""
    response = client.get("/graphql", params={"query": "mutation { __typename }"})

    assert refusal(response)[:2] == (405, "BAD_REQUEST")
    assert response.headers["allow"] == "POST"
