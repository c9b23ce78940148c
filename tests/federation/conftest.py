"""Runs the Node scripts of this folder; npm installs their locked packages on first use."""

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
_INSTALL_SECONDS = 600
_RUN_SECONDS = 300


def _run(*command: str, seconds: int, stdin: str = "") -> str:
    program = shutil.which(command[0])
    if program is None:
        missing = f"`{command[0]}` is not on the PATH (Node 20.19 or later with npm)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the composers and gateways, but {missing}")
        pytest.skip(missing)
    done = subprocess.run(  # noqa: S603 - our own scripts
        [program, *command[1:]],
        cwd=FOLDER,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)} exited with {done.returncode}: {done.stderr[-3000:]}"
    return done.stdout


def _is_installed() -> bool:
    """Return whether the packages are those of the lockfile; times of change would differ in every checkout."""
    installed = FOLDER / "node_modules" / ".package-lock.json"
    return installed.is_file() and _required(installed) == _required(FOLDER / "package-lock.json")


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
def node() -> Callable[[str, Any], Any]:
    """A function that runs a script with JSON on standard input and returns its JSON output."""
    with (FOLDER / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may install
        if not _is_installed():
            _run("npm", "ci", "--ignore-scripts", seconds=_INSTALL_SECONDS)

    def run(script: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(_run("node", script, seconds=_RUN_SECONDS, stdin=json.dumps(value)))

    return run
