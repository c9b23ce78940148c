"""Copies of the example clients, with their locked packages; each is installed on first use."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
_INSTALL_SECONDS = 600
_RUN_SECONDS = 200
_GENERATED = ("node_modules", ".venv", "build", "generated", "graph_client", "__pycache__", ".mypy_cache")

_FIGURES = ("nickname", "gpuModel", "numGpus", "maxNumSeqs", "energyPerTokenJoules", "medianItlMs")


@dataclass
class Example:
    """A copy of an example, as in a fresh clone but for the installed packages.

    Args:
        folder: The copy.
        commands: The commands of its README but for the first, which installs the packages.
        environment: Variables of its programs.
    """

    folder: Path
    commands: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def attempt(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a command line in the folder."""
        return _completed(command, self.folder, _RUN_SECONDS, **self.environment)

    def run(self, command: str) -> str:
        """Run a command line in the folder, which must succeed; return its output."""
        done = self.attempt(command)
        assert done.returncode == 0, f"`{command}` exited with {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout


def _completed(command: str, folder: Path, seconds: int, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("npm_", "MYPY", "VIRTUAL"))}
    # `python3` is the one that runs the tests: the system's may be older than 3.11.
    path = os.pathsep.join([str(Path(sys.executable).parent), inherited["PATH"]])
    return subprocess.run(  # noqa: S602 - command lines of our README files
        command,
        shell=True,
        cwd=folder,
        env={**inherited, "PATH": path, "NO_COLOR": "1", **variables},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def _commands(name: str) -> list[str]:
    """Return the commands of the first code block of an example's README."""
    text = (ROOT / "examples" / name / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert block
    return block[1].splitlines()


def _install(name: str, lock: str, installed: str) -> list[str]:
    """Run the first command of an example's README, unless its lock is installed; return the others."""
    folder = ROOT / "examples" / name
    install, *others = _commands(name)
    stamp = folder / installed / f".installed-{sha256((folder / lock).read_bytes()).hexdigest()[:16]}"
    with (folder / lock).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # several test processes may install
        if not stamp.is_file():
            shutil.rmtree(folder / installed, ignore_errors=True)
            done = _completed(install, folder, _INSTALL_SECONDS)
            assert done.returncode == 0, f"`{install}` exited with {done.returncode}: {done.stdout}{done.stderr}"
            stamp.touch()
    return others


@contextmanager
def _copy(name: str, target: Path, *, lock: str, installed: str) -> Iterator[Example]:
    commands = _install(name, lock, installed)
    original, folder = ROOT / "examples" / name, target / "examples" / name
    shutil.copytree(original, folder, ignore=shutil.ignore_patterns(*_GENERATED))
    (folder / installed).symlink_to(original / installed)
    (target / "schema").mkdir()
    shutil.copy(ROOT / "schema" / "schema.graphql", target / "schema")
    yield Example(folder, commands)


@pytest.fixture
def typescript(tmp_path: Path) -> Iterator[Example]:
    """A copy of the TypeScript example."""
    if shutil.which("npm") is None:
        missing = "`npm` is not on the PATH (Node 20.19 or later)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs the TypeScript example, but {missing}")
        pytest.skip(missing)
    with _copy("typescript", tmp_path, lock="package-lock.json", installed="node_modules") as example:
        yield example


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Example]:
    """A copy of the Python example."""
    with _copy("python", tmp_path, lock="requirements.lock", installed=".venv") as example:
        yield example


@pytest.fixture
def rows(live_server: str) -> list[list[Any]]:
    """The rows that each example prints, from a plain request."""
    query = f"""query ($where: LLMRunFilter!) {{
      llmRuns(where: $where, orderBy: [{{ field: ENERGY_PER_TOKEN_JOULES }}], first: 2000) {{
        nodes {{ {" ".join(_FIGURES)} }}
      }}
    }}"""
    body = {"query": query, "variables": {"where": {"task": {"eq": "gpqa"}}}}
    nodes = httpx.post(f"{live_server}/graphql", json=body).raise_for_status().json()["data"]["llmRuns"]["nodes"]
    assert len(nodes) > 40, "the examples must read several pages"
    return [[node[figure] for figure in _FIGURES] for node in nodes]
