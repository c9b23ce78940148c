"""The programs that the browser page copies run, and send exactly the request in the editors."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import httpx
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

UI = Path(__file__).parents[2] / "ui"
_SECONDS = 120
LANGUAGES = ("curl", "Python", "TypeScript")
TABLE_LANGUAGES = ("pandas", "Polars")

# Writes the programs for requests on standard input, in the language that is its argument.
_WRITE = """
import { readFileSync } from 'node:fs';
import { copyAs } from './copy-as.js';
const requests = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(requests.map((request) => copyAs(process.argv[2], request))));
"""

# Runs programs that leave a data frame in `rows`, and prints the rows of each.
_ROWS_OF_ALL = """
import contextlib, io, json, runpy, sys
found = []
for name in sys.argv[1:]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        rows = runpy.run_path(name)["rows"]
    assert "id" in printed.getvalue() and "model" in printed.getvalue()
    found.append(rows.to_dicts() if hasattr(rows, "to_dicts") else rows.to_dict(orient="records"))
print(json.dumps(found))
"""

NASTY = [
    "plain",
    'it\'s "quoted" \'\'\'thrice\'\'\' and """thrice"""',
    'ends in a quote"',
    "ends in a backslash\\",
    "two\nlines\r\nand\ra tab\t, $HOME ${HOME} $(id) `id` !! %s {x} #",
    "\\n \\u0041 \\' \\\" \\\\ \\$ \\`",
    "Ünïcödé 電力 \U0001f50b \U0001f469\u200d\U0001f52c",
    "\x00\x07\x1b\x7f \u2028 \u2029 \u202e \ufeff \U000e0041",
    "JSON\nEOF\n'\n",
]
QUERY = """query Nasty($where: LLMRunFilter, $unused: String = "") {
  __typename @skip(if: false) # it's \\ "quoted", ${x} `y` 電力
  typed: llmRuns(where: $where, first: 0) { totalCount emptyBecause { condition runCount } }
  written: llmRuns(where: { nickname: { eq: LITERAL } }, first: 0) { totalCount emptyBecause { condition runCount } }
  again: llmRuns(first: 1) { nodes { id } } # unused: $unused
  models(search: $unused, first: 1) { totalCount }
}
query Other { __typename }"""


def _lacking(what: str) -> NoReturn:
    """Fail in CI if a program is missing; skip the test elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI runs the copied programs: {what}")
    pytest.skip(what)


def run(*command: str, cwd: Path, stdin: str = "") -> str:
    """Run a program, which must succeed; return its output."""
    program = shutil.which(command[0])
    if program is None:
        _lacking(f"`{command[0]}` is not on the PATH")
    done = subprocess.run(  # noqa: S603 - the programs under test
        [program, *command[1:]], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    assert done.returncode == 0, f"{command} exited with {done.returncode}: {done.stdout}{done.stderr}"
    return done.stdout


def compiled(folder: Path, *sources: str) -> None:
    """Compile TypeScript files of a folder to ECMAScript modules beside them."""
    tsc = UI / "node_modules" / ".bin" / "tsc"
    if not tsc.is_file():
        _lacking("the packages of the page are not installed (`make ui`, which needs Node 20.19 or newer)")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    options = ("--ignoreConfig", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom")
    run(str(tsc), *options, "--types", "", *sources, cwd=folder)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[dict[str, Any]], str], list[str]]:
    """A function that returns the programs for requests, in one language."""
    folder = tmp_path_factory.mktemp("copy-as")
    shutil.copy(UI / "src" / "graph" / "copy-as.ts", folder)
    compiled(folder, "copy-as.ts")
    (folder / "write.js").write_text(_WRITE, encoding="utf-8")

    def write(requests: list[dict[str, Any]], language: str) -> list[str]:
        written: list[str] = json.loads(run("node", "write.js", language, cwd=folder, stdin=json.dumps(requests)))
        return written

    return write


def printed_by(language: str, texts: list[str], folder: Path) -> list[Any]:
    """Run programs as their reader would; return the data that each prints."""
    suffix, command = {
        "curl": ("sh", ("sh",)),
        "Python": ("py", (sys.executable,)),
        "TypeScript": ("ts", ("node",)),
    }[language]
    names = [f"request{number}.{suffix}" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    if language == "TypeScript":
        compiled(folder, *names)
        names = [name.replace(".ts", ".js") for name in names]
    answers = [json.loads(run(*command, name, cwd=folder)) for name in names]
    return [answer["data"] for answer in answers] if language == "curl" else answers


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_program_sends_the_request(
    live_server: str, programs: Callable[[list[dict[str, Any]], str], list[str]], tmp_path: Path, language: str
) -> None:
    """With quotes, line ends, backslashes, dollar signs and control characters in the document and the variables."""
    requests, expected = [], []
    for text in NASTY:
        # The answer repeats both texts in its conditions.
        query = QUERY.replace("LITERAL", json.dumps(text, ensure_ascii="\0" in text)) + f"\n# {text.splitlines()[0]}"
        where = {"nickname": {"eq": text}, "and": [{"task": {"isNull": False}}, {}], "maxNumSeqs": None}
        body = {"query": query, "variables": {"where": where, "unused": text}, "operationName": "Nasty"}
        answer = httpx.post(f"{live_server}/graphql", json=body).json()
        for field in ("typed", "written"):
            conditions = [each["condition"] for each in answer["data"][field]["emptyBecause"]]
            assert conditions == [f"nickname.eq: {json.dumps(text, ensure_ascii=False)}"]
        requests.append({"url": f"{live_server}/graphql", **body})
        expected.append(answer["data"])

    assert printed_by(language, programs(requests, language), tmp_path) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_request_has_a_short_program(
    live_server: str, programs: Callable[[list[dict[str, Any]], str], list[str]], tmp_path: Path, language: str
) -> None:
    """Without variables and operation name, neither occurs; lines of the document stay lines."""
    query = '{\n  models(search: "30B", first: 1) {\n    totalCount\n  }\n}\n'
    [program] = programs([{"url": f"{live_server}/graphql", "query": query, "variables": {}}], language)

    assert "variables" not in program
    assert "operationName" not in program
    assert language == "curl" or query in program
    [data] = printed_by(language, [program], tmp_path)
    assert data["models"]["totalCount"] > 0


@pytest.mark.parametrize("language", ["Python", "TypeScript"])
def test_a_program_fails_with_the_errors_of_the_graph(
    live_server: str, programs: Callable[[list[dict[str, Any]], str], list[str]], tmp_path: Path, language: str
) -> None:
    """An error never passes for an answer."""
    texts = programs([{"url": f"{live_server}/graphql", "query": "{ nothing }"}], language)

    with pytest.raises(AssertionError, match="Cannot query field 'nothing'"):
        printed_by(language, texts, tmp_path)


@pytest.mark.parametrize("language", TABLE_LANGUAGES)
def test_a_program_reads_the_rows_of_a_request(
    live_server: str, programs: Callable[[list[dict[str, Any]], str], list[str]], tmp_path: Path, language: str
) -> None:
    """A data frame with the fields, the order and the unrounded numbers of the same request as JSON."""
    query = """query Energies($where: LLMRunFilter!, $text: String!) {
  llmRuns(where: {and: [$where, {nickname: {neq: $text}}]}, first: 5, orderBy: [{field: ENERGY_PER_TOKEN_JOULES}]) {
    nodes { id isStable numGpus energyPerTokenJoules model { totalParamsBillions } }
  }
}"""
    where = {"task": {"eq": "gpqa"}}
    bodies: list[dict[str, Any]] = [{"query": query, "variables": {"where": where, "text": text}} for text in NASTY]
    bodies[0]["operationName"] = "Energies"
    written = programs([{"url": f"{live_server}/graphql", **body} for body in bodies], language)

    frames = frames_of(written, tmp_path)

    for body, rows in zip(bodies, frames, strict=True):
        nodes = httpx.post(f"{live_server}/graphql", json=body).json()["data"]["llmRuns"]["nodes"]
        assert len(nodes) == 5
        assert rows == nodes


@pytest.mark.parametrize("language", TABLE_LANGUAGES)
def test_a_short_program_prints_a_data_frame(
    live_server: str, programs: Callable[[list[dict[str, Any]], str], list[str]], tmp_path: Path, language: str
) -> None:
    """It runs as it was copied, and has no variables where the request has none."""
    query = "{ gpus { model tdpWatts } }"
    [program] = programs([{"url": f"{live_server}/graphql", "query": query, "variables": {}}], language)

    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    printed = run(sys.executable, "-W", "error", "program.py", cwd=tmp_path)

    assert "variables" not in program
    assert all(text in printed for text in ("model", "tdpWatts", "H100"))


@pytest.mark.parametrize("language", TABLE_LANGUAGES)
def test_a_program_without_rows_fails(
    live_server: str, programs: Callable[[list[dict[str, Any]], str], list[str]], tmp_path: Path, language: str
) -> None:
    """A refusal is never read as a table."""
    written = programs([{"url": f"{live_server}/graphql", "query": "{ nothing }"}], language)

    with pytest.raises(AssertionError, match="HTTP Error 400"):
        frames_of(written, tmp_path)


def frames_of(written: list[str], folder: Path) -> list[list[dict[str, Any]]]:
    """Run programs in one process, since importing the libraries takes seconds; return the rows of each."""
    names = [f"rows{number}.py" for number in range(len(written))]
    for name, text in zip(names, written, strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "all.py").write_text(_ROWS_OF_ALL, encoding="utf-8")
    rows: list[list[dict[str, Any]]] = json.loads(run(sys.executable, "all.py", *names, cwd=folder))
    return rows
