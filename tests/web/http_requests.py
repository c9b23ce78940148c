"""Requests to a real server, as HTTP or as raw bytes, and their error responses."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx

TYPENAME = {"query": "{ __typename }"}
ANSWER = {"data": {"__typename": "Query"}}
JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"


def post(client: httpx.Client, body: Any, *, accept: str = GRAPHQL_RESPONSE, **headers: str) -> httpx.Response:  # noqa: ANN401 - any JSON
    """Send a body as JSON, or bytes unchanged."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/graphql", content=content, headers={"content-type": JSON, "accept": accept, **named})


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    """Return status, code and message of a response that must have exactly one error and no data."""
    content_type = response.headers["content-type"]
    assert content_type in {f"{JSON}; charset=utf-8", f"{GRAPHQL_RESPONSE}; charset=utf-8"}
    body = response.json()
    assert body.keys() == {"errors"}
    (error,) = body["errors"]
    return response.status_code, error["extensions"]["code"], error["message"]


def raw(address: str, *chunks: bytes) -> bytes:
    """Send bytes over a new connection, and return the bytes of the response."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=20) as connection:
        for chunk in chunks:
            connection.sendall(chunk)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received
