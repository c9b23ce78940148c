"""Makefile, Dockerfile, locks and documents agree with each other and with the source tree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from documentation.pages import gather

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-docs.lock")
DOCUMENTS = [
    path
    for path in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("deploy/**/*.md"),
        *ROOT.glob("examples/*/*.md"),
    )
    if path.name != "CHANGELOG.md" and "node_modules" not in path.parts  # the changelog may name what is gone
]
NOT_IN_THE_IMAGE = {"tests", "benchmarks", "examples"}


def read(name: str) -> str:
    """Return the text of a file of the project, with continued lines joined."""
    return re.sub(r"\\\n\s*", " ", (ROOT / name).read_text(encoding="utf-8"))


def instructions(kind: str) -> list[str]:
    """Return the arguments of the Dockerfile's instructions of one kind, in order."""
    return [line.partition(" ")[2] for line in read("Dockerfile").splitlines() if line.startswith(f"{kind} ")]


def copied() -> set[str]:
    """Return the paths that the Dockerfile copies, relative to the checkout."""
    return {
        source.rstrip("/") for line in instructions("COPY") if "--from=" not in line for source in line.split()[:-1]
    }


def targets() -> set[str]:
    """Return the public targets of the Makefile."""
    declared = re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    assert declared
    return set(declared[1].split())


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run make without the environment of an outer make."""
    program = shutil.which("make")
    assert program
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "ARGS"))}
    return subprocess.run(  # noqa: S603 - the arguments are this file's
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("pattern", [r"npm --prefix ui .*", r"-m pip install .*"])
def test_the_image_is_built_by_the_commands_of_the_makefile(pattern: str) -> None:
    """Both build pages and install packages by the same commands, from the same locks."""
    made = {command.strip() for command in re.findall(pattern, read("Makefile").replace("$(NPM)", "npm"))}
    built = {command.strip() for command in re.findall(pattern, "\n".join(instructions("RUN")))}

    assert built
    assert built == {command for command in made if "requirements-dev.lock" not in command}


def test_packages_are_installed_by_hash_only() -> None:
    """Every package is pinned by a hash in a lock."""
    installs = re.findall(r"pip install .*", read("Makefile") + read("Dockerfile"))

    assert len(installs) == 5
    assert all("--require-hashes" in line for line in installs)


def test_the_image_runs_as_a_numbered_user_without_rights() -> None:
    """Kubernetes' `runAsNonRoot` needs a number to verify it."""
    final_stage = read("Dockerfile").rpartition("\nFROM ")[2]
    user = re.search(r"^USER (\d+):(\d+)$", final_stage, re.MULTILINE)

    assert user
    assert int(user[1]) > 0
    assert int(user[2]) > 0


def test_the_health_check_requests_readyz() -> None:
    """On the port that the image exposes."""
    (check,) = instructions("HEALTHCHECK")
    (port,) = instructions("EXPOSE")

    assert "'/readyz'" in check
    assert f"MLENERGY_PORT={port}" in read("Dockerfile")
    assert any('"/readyz"' in path.read_text(encoding="utf-8") for path in (ROOT / "web").rglob("*.py"))


def test_the_health_check_is_a_command_that_runs() -> None:
    """It exits with 1, as Docker requires, if the server does not respond."""
    (check,) = instructions("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    environment = os.environ | {"MLENERGY_PORT": "9", "HTTP_PROXY": "http://localhost:1"}

    answer = subprocess.run(  # noqa: S603 - the command is the Dockerfile's
        [sys.executable, *command[1:]], env=environment, capture_output=True, text=True, check=False
    )

    assert command[0] == "python"
    assert answer.returncode == 1
    assert "Connection refused" in answer.stderr


def test_all_copied_paths_exist() -> None:
    """Each source of a COPY is in the checkout, and .dockerignore includes it."""
    let_through = {line[1:].split("/")[0] for line in read(".dockerignore").splitlines() if line.startswith("!")}

    assert [source for source in copied() if not (ROOT / source).exists()] == []
    assert {source.split("/")[0] for source in copied()} == let_through


def test_the_image_has_all_modules_of_the_server() -> None:
    """All top-level modules and folders of modules except tests and benchmarks."""
    ours = {path.relative_to(ROOT).parts[0] for path in (*ROOT.glob("*.py"), *ROOT.glob("[a-z]*/**/*.py"))}
    modules = {name for name in ours if name not in {"ui", "site"}} - NOT_IN_THE_IMAGE

    assert modules - copied() == set()


def test_the_image_is_built_with_all_files_of_the_documentation(tmp_path: Path) -> None:
    """A page may link to any file of the checkout, which the build of the site then needs."""
    sources = {ROOT / name for name in copied()}

    assert [path for path in gather(ROOT, tmp_path) if not sources & {path, *path.parents}] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_is_pinned_by_hash(lock: str) -> None:
    """One version and at least one hash each, and no index URL."""
    lines = [line for line in read(lock).splitlines() if line.strip() and not line.lstrip().startswith("#")]

    assert lines
    assert [line for line in lines if not re.match(r"[a-z0-9-]+==\S+ ", line)] == []
    assert [line for line in lines if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", line)] == []
    assert not re.search(r"://|^ *--(?!hash)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package in a lock: several if they depend on the Python version."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", read(lock), re.MULTILINE):
        found.setdefault(name, set()).add(version)
    return found


def test_the_locks_match_the_declared_dependencies() -> None:
    """A dependency that was changed without `make lock` is reported."""
    project = tomllib.loads(read("pyproject.toml"))
    groups = project["dependency-groups"]
    declared = dict(zip(LOCKS, (project["project"]["dependencies"], groups["dev"], groups["docs"]), strict=True))

    stale = [
        f"{lock}: {requirement}"
        for lock, texts in declared.items()
        for requirement in map(Requirement, texts)
        for versions in [pins(lock).get(canonicalize_name(requirement.name), set())]
        if not versions or any(version not in requirement.specifier for version in versions)
    ]

    assert stale == []


@pytest.mark.parametrize(("one", "other"), list(combinations(LOCKS, 2)))
def test_two_locks_agree(one: str, other: str) -> None:
    """Server, tests and documentation use the same versions."""
    these, those = pins(one), pins(other)

    assert {name for name in these.keys() & those.keys() if these[name] != those[name]} == set()


def test_make_lists_every_target() -> None:
    """`make` without arguments prints a help text with every target."""
    listed = re.findall(r"^  make (\w+) +\S", make().stdout, re.MULTILINE)

    assert len(listed) == len(set(listed))
    assert set(listed) == targets()


def test_an_old_python_is_refused_in_one_line(tmp_path: Path) -> None:
    """With the interpreter, the variable to choose another, and no leftovers."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for lock in LOCKS:
        (tmp_path / lock).touch()

    answer = make("setup", "PYTHON=false", folder=tmp_path)
    said = [line for line in answer.stderr.splitlines() if not line.startswith("make: ")]

    assert answer.returncode != 0
    assert said == ["'false' is not Python 3.11 or later; choose another: make PYTHON=python3.12 setup"]
    assert not (tmp_path / ".venv").exists()


def test_without_node_only_the_pages_are_missing(tmp_path: Path) -> None:
    """One line says so, and make succeeds."""
    shutil.copy(ROOT / "Makefile", tmp_path)

    answer = make("ui", "NODE=false", folder=tmp_path)

    assert answer.returncode == 0
    assert answer.stdout.splitlines() == [
        "Browser pages not built: Node 20.19 or later with npm is required. The server and the tests run without them."
    ]


def commands(program: str) -> list[tuple[str, str]]:
    """Return (file, first argument) of each call of a program, in documents and in scripts."""
    files = [
        *DOCUMENTS,
        *(ROOT / name for name in (".github/workflows/check.yml", ".ci/run", "Dockerfile", "Makefile")),
    ]
    return [
        (str(path.relative_to(ROOT)), name)
        for path in files
        for name in re.findall(rf"""(?:^|[\s`"/]){program}[ ,"]+([a-z][a-z-]*)(?![\w.-])""", _code(path), re.MULTILINE)
    ]


def _code(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".md":
        return re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    return "\n".join(re.findall(r"^```.*?^```|`[^`\n]+`", text, re.MULTILINE | re.DOTALL))


def test_documents_name_targets_that_exist() -> None:
    """Every `make` command in a document has a target."""
    named = commands("make")

    assert named
    assert [(file, name) for file, name in named if name not in targets()] == []


def test_documents_name_commands_that_exist() -> None:
    """Every `server.py` command in a document exists."""
    named = commands(r"server\.py")
    known = set(filter(_is_command, {name for _, name in named}))

    assert named
    assert [(file, name) for file, name in named if name not in known] == []


def _is_command(name: str) -> bool:
    answer = subprocess.run(  # noqa: S603 - the names come from the project's own documents
        [sys.executable, "server.py", name, "--help"], cwd=ROOT, capture_output=True, check=False
    )
    return answer.returncode == 0


def test_the_index_lists_each_decision_once() -> None:
    """docs/adr/README.md links exactly the records, in order."""
    records = sorted(path.name for path in (ROOT / "docs/adr").glob("[0-9]*.md"))

    assert re.findall(r"\]\((\d{4}-[^)]*)\)", read("docs/adr/README.md")) == records


def test_the_continuous_check_runs_the_documented_commands() -> None:
    """CI has no other commands."""
    for file in (".ci/run", ".github/workflows/check.yml"):
        assert re.search(r"(^|run: )make check$", read(file), re.MULTILINE)
        assert re.search(r"(^|run: )make test\b", read(file), re.MULTILINE)
