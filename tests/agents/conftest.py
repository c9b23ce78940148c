"""A server with the endpoint for assistants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def mcp_server() -> Iterator[str]:
    """URL of a server over the sample, with small limits of bodies and raw files."""
    arguments = ("--source", "sample", "--mcp", "--max-body-kib", "256", "--max-raw-files", "4")
    with running_server(*arguments) as address:
        yield address
