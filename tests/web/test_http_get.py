"""GraphQL by GET against a real server, and the page at the same address."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.web.asking_http import ANSWER, GRAPHQL_RESPONSE, TYPENAME, raw, refusal

if TYPE_CHECKING:
    import httpx


def test_a_get_takes_its_parts_from_the_query_string(client: httpx.Client) -> None:
    """Variables are JSON there; a plus is a space."""
    query = "query A($n: Int) { models(first: $n) { nodes { __typename } } } query B { __typename }"
    parameters = {"query": query, "variables": '{"n": 1}', "operationName": "A"}

    response = client.get("/graphql", params=parameters, headers={"accept": GRAPHQL_RESPONSE})

    assert response.json() == {"data": {"models": {"nodes": [{"__typename": "Model"}]}}}
    assert client.get("/graphql?query={+__typename+}").json() == ANSWER


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({}, "`query` is missing"),
        ({"query": ""}, "`query` is empty text"),
        ({"extensions": '{"persistedQuery": {}}'}, "`query` is missing"),
        ({"query": "{ __typename }", "variables": "{"}, "`variables` is not valid JSON"),
        ({"query": "{ __typename }", "variables": "[" * 2_000}, "`variables` is not valid JSON"),
        ({"query": "{ __typename }", "variables": "1"}, "`variables` is a number"),
        ({"query": "{ __typename }", "extensions": "[]"}, "`extensions` is a list"),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", GRAPHQL_RESPONSE])
def test_a_get_that_is_no_request_is_refused(
    client: httpx.Client, parameters: dict[str, str], told: str, accept: str
) -> None:
    """It gets no page either, unless it asks for HTML."""
    status, code, message = refusal(client.get("/graphql", params=parameters, headers={"accept": accept}))

    assert (status, code) == (400, "BAD_REQUEST")
    assert told in message


def test_a_browser_gets_the_page_only_where_it_asks_nothing(client: httpx.Client) -> None:
    """A link that holds a query shows its answer."""
    accept = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

    assert client.get("/graphql", headers=accept).headers["content-type"].startswith("text/html")
    assert client.get("/graphql", headers=accept, params=TYPENAME).json() == ANSWER
    assert client.get("/graphql", headers=accept, params={"extensions": "{}"}).status_code == 400


def test_bytes_of_a_query_string_that_are_no_text_are_a_syntax_error(live_server: str) -> None:
    """They do not reach past the parser."""
    received = raw(live_server, b"GET /graphql?query=%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["errors"][0]["extensions"] == {"code": "GRAPHQL_PARSE_FAILED"}


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    """The same status and headers, for caches and monitors."""
    asked = client.get("/graphql", params=TYPENAME)
    head = client.head("/graphql", params=TYPENAME)

    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-type", "content-length", "vary", "x-dataset-revision"):
        assert head.headers[name] == asked.headers[name]


def test_a_mutation_by_get_is_not_even_tried(client: httpx.Client) -> None:
    """Links are followed by machines; HTTP keeps changes out of them, whatever the schema has."""
    response = client.get("/graphql", params={"query": "mutation { __typename }"})

    assert refusal(response)[:2] == (405, "BAD_REQUEST")
    assert response.headers["allow"] == "POST"
