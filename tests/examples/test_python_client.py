"""The Python example: generated, type-checked and run as its README says."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.server_process import ROOT

if TYPE_CHECKING:
    from tests.examples.conftest import Example

PAGE_EXAMPLES = sorted((ROOT / "ui" / "src" / "graph" / "queries").glob("*.graphql"))


def printed(text: str) -> list[list[Any]]:
    """Return the printed rows below the line of column names."""
    header, *lines = text.splitlines()
    assert header.startswith("nickname\t")
    return [[name, gpu, *map(json.loads, figures)] for name, gpu, *figures in (line.split("\t") for line in lines)]


@pytest.mark.parametrize("schema", ["SDL", "served SDL", "introspection"])
def test_the_commands_of_the_readme_work(python: Example, live_server: str, rows: list[list[Any]], schema: str) -> None:
    """From the SDL, file and served, and over introspection, the program prints every run of the task, page by page.

    The queries of the browser page are generated and type-checked with it.
    """
    python.environment = {"GRAPH_URL": f"{live_server}/graphql"}
    if schema == "served SDL":
        served = httpx.get(f"{live_server}/schema.graphql").raise_for_status().text
        assert "@key" not in served
        (python.folder.parents[1] / "schema" / "schema.graphql").write_text(served, encoding="utf-8")
    for query in PAGE_EXAMPLES:
        shutil.copy(query, python.folder / "queries")
    generate, start = python.commands
    if schema == "introspection":
        shutil.rmtree(python.folder.parents[1] / "schema")
        generate += " --config introspection.toml"

    python.run(generate)
    python.run(".venv/bin/mypy")

    assert len(PAGE_EXAMPLES) > 5
    assert (python.folder / "graph_client" / "compared_models.py").is_file()
    assert printed(python.run(start)) == rows
    assert printed(python.run(f"{start} --page-size 30")) == rows


def test_an_unknown_field_is_a_type_error(python: Example) -> None:
    """The generated types are those of the schema, not `Any`."""
    python.run(".venv/bin/ariadne-codegen")
    python.run(".venv/bin/mypy")
    program = python.folder / "efficient_runs.py"
    program.write_text(program.read_text().replace("(eq=task)", "(equals=task)").replace("page.nodes", "page.rows"))

    done = python.attempt(".venv/bin/mypy")

    assert done.returncode == 1
    assert 'Unexpected keyword argument "equals" for "MLEnergyStringFilter"' in done.stdout
    assert 'has no attribute "rows"' in done.stdout


def test_every_locked_package_is_pinned_by_hash() -> None:
    """And no index is named."""
    lock = re.sub(r"\\\n\s*", " ", (ROOT / "examples/python/requirements.lock").read_text(encoding="utf-8"))
    lines = [line for line in lock.splitlines() if line.strip() and not line.lstrip().startswith("#")]

    assert len(lines) > 10
    assert [line for line in lines if not re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []
    assert "://" not in lock
