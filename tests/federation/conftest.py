"""Runs Node scripts; npm installs the locked packages of this folder and of the supergraph on first use."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
SUPERGRAPH = FOLDER.parent.parent / "deploy" / "federation"
_INSTALL_SECONDS = 600
_RUN_SECONDS = 300


def node_program(name: str = "node") -> str:
    """Return the path of Node or npm. Without it, the test is skipped, or fails in CI."""
    program = shutil.which(name)
    if program is None:
        missing = f"`{name}` is not on the PATH (Node 20.19 or later with npm)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the composers and gateways, but {missing}")
        pytest.skip(missing)
    return program


def run_tool(name: str, *arguments: str, seconds: int, stdin: str = "", folder: Path = FOLDER) -> str:
    """Run Node or npm in a folder; return its output."""
    done = subprocess.run(  # noqa: S603 - our own scripts
        [node_program(name), *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join((name, *arguments))} exited with {done.returncode}: {done.stderr[-3000:]}"
    return done.stdout


def _install(folder: Path) -> None:
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may install
        if not _is_installed(folder):
            run_tool("npm", "ci", "--ignore-scripts", seconds=_INSTALL_SECONDS, folder=folder)


def _is_installed(folder: Path) -> bool:
    """Return whether the packages are those of the lockfile; times of change would differ in every checkout."""
    installed = folder / "node_modules" / ".package-lock.json"
    return installed.is_file() and _required(installed) == _required(folder / "package-lock.json")


def _required(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: each["integrity"] for name, each in packages.items() if name and not each.get("optional")}


@pytest.fixture(scope="session")
def served_sdl(live_server: str) -> str:
    """The SDL that a running server returns to a gateway."""
    answer = httpx.post(f"{live_server}/graphql", json={"query": "{ _service { sdl } }"}).json()
    text: str = answer["data"]["_service"]["sdl"]
    return text


@pytest.fixture(scope="session")
def supergraph_packages() -> None:
    """The installed packages of `make supergraph`, as its own target would install them."""
    node_program()
    _install(SUPERGRAPH)
    (SUPERGRAPH / "node_modules" / ".installed").touch()


@pytest.fixture(scope="session")
def node(supergraph_packages: None) -> Callable[[str, Any], Any]:  # noqa: ARG001 - the scripts import them
    """A function that runs a script with JSON on standard input and returns its JSON output."""
    _install(FOLDER)

    def run(script: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(run_tool("node", script, seconds=_RUN_SECONDS, stdin=json.dumps(value)))

    return run
