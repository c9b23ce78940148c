"""Runs the Node scripts and compilers of this folder against a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.npm_packages import install

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder with the installed npm packages."""
    install(FOLDER)
    return FOLDER / "node_modules"
