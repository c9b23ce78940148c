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
    """Run a program in a folder, which must succeed; return its standard output."""
    done = attempt(*command, folder=folder, stdin=stdin, seconds=seconds)
    output = f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
    assert done.returncode == 0, f"{' '.join(command)} exited with {done.returncode}: {output}"
    return done.stdout


def attempt(
    *command: str, folder: Path, stdin: str = "", seconds: int = _RUN_SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder, which may fail; without the program, skip the test, except in CI."""
    return subprocess.run(  # noqa: S603 - our own scripts
        [path_of(command[0]), *command[1:]],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def path_of(program: str) -> str:
    """Return the path of Node or npm; without it, skip the test, except in CI."""
    path = shutil.which(program)
    if path is None:
        missing = f"`{program}` is not on the PATH (Node 20.19 or later with npm)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the programs of npm packages, but {missing}")
        pytest.skip(missing)
    return path


def _is_installed(folder: Path) -> bool:
    """Return whether the packages are those of the lock file; times of change would differ in every checkout."""
    installed = folder / "node_modules" / ".package-lock.json"
    return installed.is_file() and _required(installed) == _required(folder / "package-lock.json")


def _required(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {name: each["integrity"] for name, each in packages.items() if name and not each.get("optional")}
