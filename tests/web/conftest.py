"""Client of a real server, and GraphiQL's page in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from tests.web.graphiql_page import Editors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def client(live_server: str) -> Iterator[httpx.Client]:
    """A client that sends no `Accept` header."""
    with httpx.Client(base_url=live_server, timeout=30) as client:
        del client.headers["accept"]
        yield client


@pytest.fixture
def open_editor(browser: Browser, live_server: str) -> Iterator[Editors]:
    """Opens GraphiQL's page, which is closed after the test."""
    editors = Editors(browser, live_server)
    yield editors
    editors.close()
