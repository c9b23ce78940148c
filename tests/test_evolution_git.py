"""`server.py compare-schema` in copies of the project with a Git history of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.project_copy import copy_project, run_python

if TYPE_CHECKING:
    from pathlib import Path

SDL = "schema/schema.graphql"
# Lines of the type GPU: a deprecated field, and one that is not.
DEPRECATED = r"models: \[Model!\]! @deprecated\([^\n]* on all GPUs[^\n]*"
IN_USE = "tdpWatts: Float"


def git(folder: Path, *arguments: str) -> str:
    """Run Git with an author and without the settings of the machine."""
    program = shutil.which("git")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI compares the schema with earlier commits, but `git` is not on the PATH")
        pytest.skip("`git` is not on the PATH")
    author = {
        f"GIT_{role}_{part}": "test@example.org" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")
    }
    return subprocess.run(  # noqa: S603 - the arguments are this file's
        [program, *arguments],
        cwd=folder,
        env={**os.environ, **author, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def commit(folder: Path, message: str) -> None:
    """Commit all files."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def compare(folder: Path, *arguments: str) -> tuple[int, list[str], list[str]]:
    """Run the command; return its exit code, and the lines of its output and of its errors."""
    done = run_python(folder, "server.py", "compare-schema", *arguments)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


def replace(folder: Path, line: str, new: str = "") -> None:
    """Replace a field of the committed SDL, with its description; the pattern `line` matches one field."""
    file = folder / SDL
    pattern = rf'\n  """(?:(?!""").)*"""\n  {line}\n'
    text, count = re.subn(pattern, lambda _: f"\n{new}\n", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert count == 1
    file.write_text(text, encoding="utf-8")


def record(folder: Path, coordinate: str) -> None:
    """Add an entry to the unreleased section of the changelog."""
    file = folder / "CHANGELOG.md"
    text = file.read_text(encoding="utf-8")
    heading = "## [Unreleased]\n"
    assert text.count(heading) == 1
    file.write_text(text.replace(heading, f"{heading}\n### Removed\n\n- `{coordinate}`.\n"), encoding="utf-8")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with two commits on main, in which the command has run: its modules are compiled."""
    folder = copy_project(tmp_path_factory.mktemp("template") / "project")
    (folder / ".gitignore").write_text("__pycache__/\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "First")
    (folder / "note.txt").write_text("", encoding="utf-8")
    commit(folder, "Second")
    assert compare(folder)[0] == 0
    return folder


@pytest.fixture
def project(template: Path, tmp_path: Path) -> Path:
    """A copy of the template."""
    return shutil.copytree(template, tmp_path / "project", symlinks=True)


def test_a_change_is_refused_until_it_follows_the_rules(project: Path) -> None:
    """On main, uncommitted: a removed field that is in use stays refused, a deprecated one needs its entry."""
    replace(project, DEPRECATED)
    code, out, errors = compare(project)
    assert (code, len(out), len(errors)) == (1, 1, 2)
    assert out[0].startswith(f"{SDL} compared with HEAD^ (")
    assert errors[0].startswith("Field GPU.models was removed: CHANGELOG.md does not name `GPU.models` under Removed")
    assert "CONTRIBUTING.md" in errors[1]

    record(project, "GPU.models")
    assert compare(project)[0] == 0

    replace(project, IN_USE)
    code, _, errors = compare(project)
    assert code == 1
    assert errors[0].startswith("Field GPU.tdpWatts was removed: GPU.tdpWatts is not @deprecated in the base.")


def test_a_branch_is_compared_with_where_it_left_main(project: Path) -> None:
    """All of its commits count, and none of those that main got since."""
    git(project, "switch", "--quiet", "--create", "topic")
    replace(project, IN_USE)
    commit(project, "Remove a field")
    (project / "note.txt").write_text("more", encoding="utf-8")
    commit(project, "Write a note")
    git(project, "switch", "--quiet", "main")
    replace(project, IN_USE, f"  onlyOnMain: Int\n  {IN_USE}")
    commit(project, "Add a field")
    git(project, "switch", "--quiet", "topic")

    for arguments in ((), ("--base", "main")):
        code, out, errors = compare(project, *arguments)
        assert code == 1
        assert out[0].startswith(f"{SDL} compared with main (")
        assert [line for line in errors if "tdpWatts" in line] == errors[:2]
        assert not any("onlyOnMain" in line for line in errors)


def test_an_element_is_deprecated_for_a_release(project: Path) -> None:
    """Deprecated on main is not enough if the last release has the element without a mark."""
    git(project, "tag", "v1.0.0")
    replace(project, IN_USE, f'  """Power."""\n  {IN_USE} @deprecated(reason: "Use boardWatts.")')
    commit(project, "Deprecate a field")
    replace(project, f"{IN_USE} @deprecated[^\n]*")
    record(project, "GPU.tdpWatts")

    code, out, errors = compare(project, "--base", "HEAD")
    assert code == 1
    assert [line.split(" (")[0] for line in out] == [f"{SDL} compared with HEAD", f"{SDL} compared with v1.0.0"]
    assert [line.rpartition(": ")[2] for line in out] == ["no errors", "1 error"]
    assert "GPU.tdpWatts is not @deprecated" in errors[0]

    git(project, "tag", "v1.1.0")
    assert compare(project)[0] == 0


def test_an_element_that_was_never_released_may_be_removed(project: Path) -> None:
    """Without --base, the last release alone is the base."""
    git(project, "tag", "v1.0.0")
    replace(project, IN_USE, f'  """New."""\n  short: Int\n  {IN_USE}')
    commit(project, "Add a field")
    replace(project, "short: Int", "")

    assert compare(project)[0] == 0
    assert compare(project, "--base", "HEAD")[0] == 1


@pytest.mark.parametrize("is_shallow", [True, False], ids=["shallow clone", "no repository"])
def test_without_history_a_named_base_is_an_error(project: Path, tmp_path: Path, *, is_shallow: bool) -> None:
    """CI names the base, and must not pass unchecked. Without a name, the output says that nothing was compared."""
    git(tmp_path, "clone", "--quiet", "--depth=1", "--bare", f"file://{project}", "shallow")
    shutil.rmtree(project / ".git")
    if is_shallow:
        (tmp_path / "shallow").rename(project / ".git")
        git(project, "config", "core.bare", "false")

    code, out, errors = compare(project, "--base", "0123456789")
    assert (code, out) == (2, [])
    assert "--base 0123456789" in errors[0]
    assert "fetch-depth: 0" in errors[0]

    code, out, errors = compare(project, "--base", "0" * 40)  # GitHub sends zeros for a new branch
    assert (code, errors) == (0, [])
    assert out == [f"{SDL} not compared: no earlier commit found (no Git repository, or a clone without history)"]


def test_the_project_may_be_a_folder_of_a_repository(project: Path, tmp_path: Path) -> None:
    """Files are found relative to the project."""
    shutil.rmtree(project / ".git")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, "First")
    replace(project, IN_USE)

    code, _, errors = compare(project, "--base", "HEAD")
    assert code == 1
    assert "GPU.tdpWatts" in errors[0]


def test_a_base_without_the_schema_has_nothing_to_compare(project: Path) -> None:
    """Commits from before the file existed."""
    git(project, "rm", "--quiet", "--cached", SDL)
    git(project, "commit", "--quiet", "--message", "Before the schema")

    code, out, _ = compare(project, "--base", "HEAD")
    assert code == 0
    assert out[0].endswith(f"has no {SDL}: nothing to compare with")
