"""GraphQL by POST against a real server: accepted and rejected bodies."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from tests.web.http_requests import ANSWER, GRAPHQL_RESPONSE, JSON, TYPENAME, post, refusal

if TYPE_CHECKING:
    import httpx


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        ("application/*", JSON),
        (f"{GRAPHQL_RESPONSE}, {JSON};q=0.9", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0.1, {JSON};q=0.2", JSON),
        (f"{GRAPHQL_RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, */*;q=0.1", GRAPHQL_RESPONSE),
        ("text/html, */*;q=0.1", JSON),
    ],
)
def test_the_client_chooses_the_media_type(client: httpx.Client, accept: str, content_type: str) -> None:
    """By weight and by the most specific range; `Vary` says so."""
    response = post(client, TYPENAME, accept=accept)

    assert response.headers["content-type"] == f"{content_type}; charset=utf-8"
    assert {"Accept", "Origin"} <= set(response.headers.get_list("vary", split_commas=True))
    assert response.json() == ANSWER


def test_an_unsupported_accept_header_is_406(client: httpx.Client) -> None:
    """The error lists both media types, and is JSON."""
    status, code, message = refusal(post(client, TYPENAME, accept="text/html"))

    assert (status, code) == (406, "BAD_REQUEST")
    assert JSON in message
    assert GRAPHQL_RESPONSE in message


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"query": "{ __typename }", }', "not valid JSON"),
        (b"\xff\xfe{}", "not valid JSON"),
        (b'{"query": "\xff"}', "not valid JSON"),
        (b'{"query": "\\ud800"}', "not valid JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "not valid JSON"),
        (b'{"query": "{ __typename }", "variables": {"n": ' + b"9" * 5_000 + b"}}", "not valid JSON"),
        (b'{"query": "{ __typename }", "variables": {"n": NaN}}', "not valid JSON"),
        (b"null", "The request is missing or null"),
        (b"1", "The request is a number"),
        (b"true", "The request is a boolean"),
        (b'"x"', "The request is text"),
        (b"[]", "batches are not supported"),
        (b'[{"query": "{ __typename }"}]', "batches are not supported"),
        (b"{}", "`query` is missing"),
        (b'{"query": null}', "`query` is missing or null"),
        (b'{"query": 1}', "`query` is a number"),
        (b'{"query": " "}', "`query` is empty text"),
        (b'{"query": "{ __typename }", "variables": [1]}', "`variables` is a list"),
        (b'{"query": "{ __typename }", "variables": 1}', "`variables` is a number"),
        (b'{"query": "{ __typename }", "variables": true}', "`variables` is a boolean"),
        (b'{"query": "{ __typename }", "variables": "[1]"}', "`variables` is text that contains a list"),
        (b'{"query": "{ __typename }", "variables": "x"}', "`variables` is not valid JSON"),
        (b'{"documentId": 1}', "`documentId` is a number"),
        (b'{"documentId": " "}', "`documentId` is empty text"),
        (b'{"query": "{ __typename }", "extensions": 1}', "`extensions` is a number"),
        (b'{"query": "{ __typename }", "operationName": 1}', "`operationName` is a number"),
    ],
    ids=lambda value: repr(value[:50]),
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL_RESPONSE])
def test_an_invalid_body_is_400(client: httpx.Client, body: bytes, expected: str, accept: str) -> None:
    """The error says what the body is, in the media type that the client accepts."""
    status, code, message = refusal(post(client, body, accept=accept))

    assert (status, code) == (400, "BAD_REQUEST")
    assert expected in message


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
@pytest.mark.parametrize("empty", ["", " ", [], "[]", "{}", "null", None])
@pytest.mark.parametrize("name", ["variables", "extensions"])
def test_every_spelling_of_no_variables_is_accepted(client: httpx.Client, path: str, empty: object, name: str) -> None:
    """Forms send empty text, PHP an empty list."""
    assert client.post(path, json={**TYPENAME, name: empty}).json() == ANSWER


def test_variables_as_json_text_are_accepted(client: httpx.Client) -> None:
    """By POST as by GET, as many servers do."""
    query = "query ($n: Int) { llmRuns(first: $n) { nodes { id } } }"

    for answer in (
        post(client, {"query": query, "variables": '{"n": 2}'}),
        client.get("/graphql", params={"query": query, "variables": '{"n": 2}'}),
        client.get("/graphql", params={"query": query, "variables": json.dumps('{"n": 2}')}),
    ):
        assert len(answer.json()["data"]["llmRuns"]["nodes"]) == 2


@pytest.mark.parametrize("name", ["variables", "operationName", "extensions"])
def test_an_optional_part_may_be_null(client: httpx.Client, name: str) -> None:
    """Many clients send null for omitted members."""
    assert post(client, {**TYPENAME, name: None}).json() == ANSWER


def test_unknown_members_of_a_body_are_ignored(client: httpx.Client) -> None:
    """Clients may send more than the specification names."""
    assert post(client, {**TYPENAME, "id": "abc"}).json() == ANSWER


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        f"{JSON}; charset=utf-16",
        f"{JSON}; charset=iso-8859-1",
    ],
)
def test_another_content_type_is_not_supported(client: httpx.Client, content_type: str) -> None:
    """Including forms, which browsers send to other origins without a preflight."""
    status, code, message = refusal(post(client, TYPENAME, content_type=content_type))

    assert (status, code) == (415, "BAD_REQUEST")
    assert "allowed: " in message


@pytest.mark.parametrize(
    "content_type", [f"{JSON}; charset=utf-8", f'{JSON};charset="UTF-8"', "Application/JSON", f"{JSON}; foo=bar"]
)
def test_every_spelling_of_json_in_utf_8_is_accepted(client: httpx.Client, content_type: str) -> None:
    """Media types and charsets are case-insensitive; unknown parameters are ignored."""
    assert post(client, TYPENAME, content_type=content_type).json() == ANSWER


def test_a_compressed_body_is_not_supported(client: httpx.Client) -> None:
    """A small body cannot expand to a large one."""
    response = post(client, gzip.compress(json.dumps(TYPENAME).encode()), content_encoding="gzip")

    assert refusal(response)[:2] == (415, "BAD_REQUEST")
    assert response.headers["accept-encoding"] == "identity"


def test_a_body_that_is_too_long_is_refused(client: httpx.Client) -> None:
    """With a `Content-Length`; the error names the limit."""
    status, code, message = refusal(post(client, json.dumps({"query": " " * 2**21}).encode()))

    assert (status, code) == (413, "BAD_REQUEST")
    assert "1048576 bytes" in message


def test_a_chunked_body_that_is_too_long_is_refused(client: httpx.Client) -> None:
    """Without a `Content-Length`."""
    pieces = (b" " * 65_536 for _ in range(20))

    response = client.post("/graphql", content=pieces, headers={"content-type": JSON, "accept": JSON})

    assert refusal(response)[:2] == (413, "BAD_REQUEST")


def test_a_connection_is_reusable_after_a_body_that_was_too_long(client: httpx.Client) -> None:
    """The unread rest is not taken for the next request."""
    refused = post(client, b'{"query": "' + b" " * 2**21 + b'"}')
    after = post(client, TYPENAME)

    assert refused.status_code == 413
    assert after.json() == ANSWER
