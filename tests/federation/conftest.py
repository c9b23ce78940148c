"""Scripts of this folder and of the supergraph, with their npm packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.npm_packages import install, path_of, run

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
SUPERGRAPH = FOLDER.parent.parent / "deploy" / "federation"


@pytest.fixture(scope="session")
def served_sdl(live_server: str) -> str:
    """The SDL that a running server returns to a gateway."""
    answer = httpx.post(f"{live_server}/graphql", json={"query": "{ _service { sdl } }"}).json()
    text: str = answer["data"]["_service"]["sdl"]
    return text


@pytest.fixture(scope="session")
def supergraph_packages() -> None:
    """The installed packages of `make supergraph`, as its own target would install them."""
    path_of("node")
    install(SUPERGRAPH)
    (SUPERGRAPH / "node_modules" / ".installed").touch()


@pytest.fixture(scope="session")
def node(supergraph_packages: None) -> Callable[[str, Any], Any]:  # noqa: ARG001 - the scripts import them
    """A function that runs a script with JSON on standard input and returns its JSON output."""
    install(FOLDER)

    def run_script(script: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(run("node", script, folder=FOLDER, stdin=json.dumps(value)))

    return run_script
