"""The official audit of GraphQL over HTTP, against a real server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

AUDIT = Path(__file__).parent / "http_audit"
CHECKS = 61


def _lacking(what: str) -> NoReturn:
    """Fail in CI if a requirement of the audit is missing; skip elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI runs the audit of GraphQL over HTTP: {what}")
    pytest.skip(what)


def run(*command: str) -> str:
    """Run a program in the folder of the audit, and return its output."""
    program = shutil.which(command[0])
    if program is None:
        _lacking(f"there is no `{command[0]}` on the PATH (Node 20.19 or later)")
    done = subprocess.run(  # noqa: S603 - our own script
        [program, *command[1:]], cwd=AUDIT, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode != 0:
        _lacking(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout


def test_the_server_passes_every_check(live_server: str) -> None:
    """Including all that the specification recommends or permits."""
    if not (AUDIT / "node_modules" / ".package-lock.json").is_file():
        run("npm", "ci")

    checks = json.loads(run("node", "audit.js", f"{live_server}/graphql"))

    assert [check for check in checks if check["status"] != "ok"] == []
    assert len(checks) == CHECKS
