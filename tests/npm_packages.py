"""Runs programs of a test folder's npm packages, which are installed from its lock file on first use."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_INSTALL_SECONDS = 600
_RUN_SECONDS = 300


def install(folder: Path) -> None:
    """Install the locked packages of a folder unless they are installed; several test processes may call it."""
    with (folder / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_installed(folder):
            run("npm", "ci", "--ignore-scripts", folder=folder, seconds=_INSTALL_SECONDS)


def run(*command: str, folder: Path, stdin: str = "", seconds: int = _RUN_SECONDS) -> str:
    """Run a program in a folder and return its standard output; without the program, skip the test, except in CI."""
    program = shutil.which(command[0])
    if program is None:
        missing = f"`{command[0]}` is not on the PATH (Node 20.19 or later with npm)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the client libraries, but {missing}")
        pytest.skip(missing)
    done = subprocess.run(  # noqa: S603 - our own scripts
        [program, *command[1:]], cwd=folder, input=stdin, capture_output=True, text=True, timeout=seconds, check=False
    )
    output = f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.returncode == 0, f"{' '.join(command)} exited with {done.returncode}: {output}"
    return done.stdout


def _is_installed(folder: Path) -> bool:
    """Return whether the packages are those of the lock file; times of change would differ in every checkout."""
    installed = folder / "node_modules" / ".package-lock.json"
    return installed.is_file() and _required(installed) == _required(folder / "package-lock.json")


def _required(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: each["integrity"] for name, each in packages.items() if name and not each.get("optional")}
