"""A copy of the project that a test changes as a contributor would."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.server_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_NOT_COPIED = shutil.ignore_patterns(".*", "node_modules", "dist", "__pycache__", "results", "docs", "site")


def copy_project(target: Path) -> Path:
    """Copy the sources and tests to a directory that does not exist yet, and return it."""
    shutil.copytree(ROOT, target, ignore=_NOT_COPIED)
    return target


def insert(file: Path, before: str, lines: str) -> None:
    """Insert lines before a text that the file has once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, (file, before)
    file.write_text(text.replace(before, f"{lines}{before}"), encoding="utf-8")


def run_python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the root directory of a project."""
    return subprocess.run(  # noqa: S603 - the arguments are the tests'
        [sys.executable, *arguments], cwd=project, capture_output=True, text=True, check=False
    )
