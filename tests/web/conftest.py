"""Client of a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """A client that sends no `Accept` header."""
    with httpx.Client(base_url=live_server, timeout=30) as client:
        del client.headers["accept"]
        yield client
