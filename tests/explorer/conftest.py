"""Servers and pages for tests of the Explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import Visits
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def explorer(live_server: str) -> str:
    """URL of a real server over the sample, which has power curves."""
    return live_server


@pytest.fixture(scope="session")
def published(real_figures: Path) -> Iterator[str]:
    """URL of a real server over the published figures."""
    with running_server("--source", str(real_figures)) as address:
        yield address


@pytest.fixture
def open_view(browser: Browser) -> Iterator[Visits]:
    """Opens views, which are closed after the test."""
    visits = Visits(browser)
    yield visits
    visits.close()
