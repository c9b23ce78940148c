"""Every code block of README.md and docs/*.md is executed or validated, here or by the test that `ELSEWHERE` names."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
import typer
from graphql import parse
from typer.core import TyperGroup

from commands.command_line import command_line
from tests.code_blocks import SHELLS, Block, blocks, commands
from tests.cookbook import PAGES, examples
from tests.server_process import ROOT, run_server
from tests.test_project import instructions, targets

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BLOCKS = list(blocks())
WITH_ANSWERS = {str(path.relative_to(ROOT)) for path in PAGES}

# (page, sections, languages): the test that runs these blocks.
ELSEWHERE: dict[tuple[str, str, str], str] = {
    ("docs/notebooks.md", ".*", "python"): "tests/test_notebooks.py::test_the_python_blocks_run_in_order",
    ("docs/notebooks.md", ".*", "r"): "tests/test_notebooks.py::test_the_query_of_the_r_block_is_a_table",
    ("docs/agents.md", ".*", "python"): "tests/agents/test_documentation.py::test_the_example_runs",
    ("docs/agents.md", ".*", "json"): ("tests/agents/test_documentation.py::test_the_configuration_of_clients_is_json"),
    ("docs/querying.md", "Ids", "js"): (
        "tests/clients/test_client_caches.py::test_connections_are_merged_as_documented"
    ),
    ("docs/federation.md", "Ten minutes", "bash|python|graphql|json"): (
        "tests/federation/test_supergraph.py::test_another_team_joins_in_ten_minutes"
    ),
    ("docs/limits.md", "Reports", "text|json"): (
        "tests/test_code_blocks.py::test_the_refusal_on_the_page_of_limits_is_the_one_of_the_server"
    ),
    ("docs/index.md", "A first query", "python"): "tests/test_code_blocks.py::test_the_first_table_is_read_by_pandas",
    ("docs/explorer.md", "Routes and URL parameters", "text"): (
        "tests/test_code_blocks.py::test_the_addresses_of_the_explorer_have_documented_parameters"
    ),
    ("docs/federation.md", "Keys|Root fields", "graphql"): "tests/test_code_blocks.py::test_graphql_is_valid_syntax",
}
DIAGRAMS = {("docs/concepts.md", "Entities", "text")}  # drawn with letters; nothing to run


def covering(block: Block) -> str | None:
    """Return how a block is covered; None if nothing covers it."""
    for (page, sections, languages), test in ELSEWHERE.items():
        if block.page == page and re.fullmatch(sections, block.section) and re.fullmatch(languages, block.language):
            return test
    if block.language in SHELLS:
        return "tests/test_code_blocks.py::test_each_command_works"
    if block.page in WITH_ANSWERS and block.language in {"graphql", "json"}:
        return "tests/test_cookbook.py::test_a_query_returns_the_answer_shown"
    return "diagram" if (block.page, block.section, block.language) in DIAGRAMS else None


def test_every_block_is_covered() -> None:
    """A block of a new kind, or on a page that no test reads, must be added to a test."""
    assert len(BLOCKS) > 100
    assert [str(block) for block in BLOCKS if covering(block) is None] == []


def test_every_entry_covers_a_block() -> None:
    """An entry for a block that is gone, or for a test that is gone, covers nothing."""
    used = {covering(block) for block in BLOCKS}
    assert set(ELSEWHERE.values()) <= used
    for test in ELSEWHERE.values():
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_pages_with_answers_have_no_other_query_or_answer() -> None:
    """On a page of the cookbook's kind, each JSON block is the answer to the query before it."""
    for path in PAGES:
        known = list(examples(path.read_text(encoding="utf-8")))
        texts = {each.answer for each in known} | {each.query for each in known}
        page = str(path.relative_to(ROOT))
        mine = [block for block in BLOCKS if block.page == page and block.language in {"graphql", "json"}]
        assert [str(block) for block in mine if block.text not in texts] == []


SHELL_COMMANDS = [
    (block, words)
    for block in BLOCKS
    if (covering(block) or "").endswith("::test_each_command_works")
    for words in commands(block)
]


@pytest.mark.parametrize(("block", "words"), SHELL_COMMANDS, ids=[" ".join(words)[:60] for _, words in SHELL_COMMANDS])
def test_each_command_works(block: Block, words: list[str], live_server: str, tmp_path: Path) -> None:
    """It is run if it ends by itself and needs no network; otherwise its target, flags and files exist."""
    check = CHECKS.get(words[0])
    assert check, f"{block}: no check for {words[0]}; add one, or run it in another test"
    check(words, live_server, tmp_path)


def _curl(words: list[str], server: str, folder: Path) -> None:
    """Run it against a real server: the answer has a status of success and no errors."""
    program = shutil.which("curl")
    assert program
    arguments = [re.sub(r"(http://)?localhost:8000", server, word) for word in words[1:]]
    assert arguments != words[1:], "the command names the server's default address"
    done = subprocess.run([program, "--fail", *arguments], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    if "-o" in words:
        assert (folder / words[words.index("-o") + 1]).stat().st_size > 0
    else:
        assert "errors" not in json.loads(done.stdout)


def _make(words: list[str], _server: str, _folder: Path) -> None:
    """The target exists, and the flags in ARGS are those of the command that it runs."""
    target, *rest = words[1:]
    assert target in targets()
    for word in rest:
        name, _, value = word.partition("=")
        assert (name, target) == ("ARGS", "serve"), f"flags of {target} are not checked"
        _parse("serve", value.split())


def _python(words: list[str], _server: str, _folder: Path) -> None:
    """A command of server.py takes these flags; a file of requirements exists."""
    match words[1:]:
        case ["server.py", command, *arguments]:
            _parse(command, arguments)
        case ["-m", "pip", "install", "-r", file]:
            assert (ROOT / file).is_file()
        case other:
            pytest.fail(f"no check for {other}")


def _parse(command: str, arguments: list[str]) -> None:
    """Parse arguments as the command line does, without running the command; help is printed."""
    if "--help" in arguments:
        assert run_server(command, *arguments).returncode == 0
        return
    program = typer.main.get_command(command_line)
    assert isinstance(program, TyperGroup)
    program.commands[command].make_context(command, [*arguments])


def _docker(words: list[str], _server: str, _folder: Path) -> None:
    """The image, port, volume and variables are those of the Dockerfile and of the documented settings."""
    assert words[-1] in {"mlenergy-graph", "."}
    assert (ROOT / "Dockerfile").is_file()
    if words[1] == "build":
        assert words[2:] == ["-t", "mlenergy-graph", "."]
        return
    options = iter(words[2:-1])
    for option in options:
        match option:
            case "-p":
                assert next(options) == ":".join(2 * instructions("EXPOSE"))
            case "-v":
                assert next(options).partition(":")[2:] == tuple(instructions("VOLUME"))
            case "-e":
                assert f"`{next(options)}`" in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
            case _:
                assert option == "--read-only"


def _generator(words: list[str], _server: str, _folder: Path) -> None:
    """The generator is the one of an example, whose tests run it."""
    declared = {"npx": "examples/typescript/package.json", "ariadne-codegen": "examples/python/requirements.in"}
    name = {"npx": "@graphql-codegen/cli", "ariadne-codegen": "ariadne-codegen"}[words[0]]
    assert name in (ROOT / declared[words[0]]).read_text(encoding="utf-8")


CHECKS: dict[str, Callable[[list[str], str, Path], None]] = {
    "curl": _curl,
    "make": _make,
    ".venv/bin/python": _python,
    "docker": _docker,
    "npx": _generator,
    "ariadne-codegen": _generator,
}


def test_the_first_table_is_read_by_pandas(live_server: str) -> None:
    """The Python code of the first page prints runs."""
    (code,) = (block.text for block in BLOCKS if block.page == "docs/index.md" and block.language == "python")
    code = code.replace("http://localhost:8000", live_server)
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    assert "energyPerTokenJoules" in done.stdout
    assert len(done.stdout.splitlines()) == 6


def test_the_refusal_on_the_page_of_limits_is_the_one_of_the_server(live_server: str) -> None:
    """The query costs what the page states, and has the path that it names."""
    query, answer = (
        block.text
        for block in BLOCKS
        if (block.page, block.section) == ("docs/limits.md", "Reports") and block.language in {"text", "json"}
    )
    assert httpx.post(f"{live_server}/graphql", json={"query": query}).json() == json.loads(answer)


def test_graphql_is_valid_syntax() -> None:
    """Schemas and queries of other graphs, which the pages of examples do not run."""
    shown = [block for block in BLOCKS if (covering(block) or "").endswith("::test_graphql_is_valid_syntax")]
    assert len(shown) == 2
    for block in shown:
        parse(block.text)


def test_the_addresses_of_the_explorer_have_documented_parameters() -> None:
    """Each path and parameter of the examples is in the tables above them, or is a column of the dataset."""
    page = (ROOT / "docs" / "explorer.md").read_text(encoding="utf-8")
    paths, parameters = (set(re.findall(pattern, page, re.MULTILINE)) for pattern in (r"^\| `(/\w*)`", r"`(\w+)`"))
    filters = set(re.findall(r"`(\w+)=", page))
    (shown,) = (block.text for block in BLOCKS if block.page == "docs/explorer.md" and block.language == "text")
    for address in shown.splitlines():
        url = httpx.URL(address)
        assert url.path in paths
        assert set(url.params) <= parameters | filters
