"""Requests for tables, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import httpx

ARROW = "application/vnd.apache.arrow.stream"


def table(response: httpx.Response) -> pa.Table:
    """Return the rows of an Arrow response."""
    assert response.headers["content-type"] == ARROW, response.text
    return pa.ipc.open_stream(response.content).read_all()


def get(client: httpx.Client, query: str, **parameters: str) -> httpx.Response:
    """Send a query by GET."""
    return client.get("/graphql", params={"query": query, **parameters})
