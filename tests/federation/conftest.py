"""Runs the Node scripts of this folder; npm installs their locked packages on first use."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


@pytest.fixture(scope="session")
def node() -> Callable[[str, Any], Any]:
    """A function that runs a script with JSON on standard input and returns its JSON output."""
    installed = FOLDER / "node_modules" / ".package-lock.json"
    with (FOLDER / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several test processes may install
        if not installed.is_file() or installed.stat().st_mtime < (FOLDER / "package-lock.json").stat().st_mtime:
            _run("npm", "ci", "--ignore-scripts", seconds=_INSTALL_SECONDS)

    def run(script: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(_run("node", script, seconds=_RUN_SECONDS, stdin=json.dumps(value)))

    return run
