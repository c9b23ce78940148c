"""`make supergraph` joins the server and the papers in one graph, and other teams join it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.federation.conftest import FOLDER, SUPERGRAPH
from tests.federation.supergraph_process import run_supergraph, running_supergraph
from tests.npm_packages import path_of, run
from tests.server_process import ROOT, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.graph import Graph

pytestmark = pytest.mark.usefixtures("supergraph_packages")

BEST = "bestRun(by: ENERGY_PER_TOKEN_JOULES) { energyPerTokenJoules gpuModel }"
DOCUMENT = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """The papers and cards of the second subgraph."""
    text: dict[str, Any] = json.loads((SUPERGRAPH / "papers.json").read_text(encoding="utf-8"))
    return text


@pytest.fixture(scope="module")
def models(graph: Graph, data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the server alone says of each model of the papers."""
    ids = list(dict.fromkeys(model for paper in data["papers"] for model in paper["models"]))
    query = f"""query ($of: [_Any!]!) {{ _entities(representations: $of) {{ ... on Model {{ measured {BEST} }} }} }}"""
    entities = graph.ask(query, of=[{"__typename": "Model", "modelId": model} for model in ids])["_entities"]
    return dict(zip(ids, entities, strict=True))


@pytest.mark.parametrize("gateway", ["hive", "apollo"])
def test_the_printed_query_joins_both_subgraphs(data: dict[str, Any], models: dict[str, Any], gateway: str) -> None:
    """All papers and models are returned, with cards of the papers' subgraph and runs of the server.

    Then Ctrl-C ends the gateway, both subgraphs and the server.
    """
    with running_supergraph("--gateway", gateway) as supergraph:
        assert supergraph.example() == {
            "data": {
                "papers": [
                    {
                        "title": paper["title"],
                        "models": [
                            {"modelId": model, "card": _card(data, model)} | models[model] for model in paper["models"]
                        ],
                    }
                    for paper in data["papers"]
                ]
            }
        }
        assert {model["measured"] for model in models.values()} == {True, False}
        query = '{ model(modelId: "aurora-example/Aurora-8B") { nickname papers { title } card { contextLength } } }'
        theirs = [
            {"title": paper["title"]} for paper in data["papers"] if "aurora-example/Aurora-8B" in paper["models"]
        ]
        answer = supergraph.ask(query)["data"]["model"]
        assert (answer["papers"], answer["card"]["contextLength"]) == (theirs, 131_072)
        assert answer["nickname"]
        supergraph.interrupt()
        assert len(supergraph.urls) == 3
        for url in supergraph.urls:
            with pytest.raises(httpx.ConnectError):
                httpx.post(url)


def _card(data: dict[str, Any], model: str) -> dict[str, str] | None:
    card = data["cards"].get(model)
    return card and {"license": card["license"]}


def test_another_team_joins_in_ten_minutes(live_server: str, tmp_path: Path) -> None:
    """The steps of docs/federation.md work as they stand there, on free ports."""
    section = DOCUMENT.partition("## Ten minutes")[2].partition("\n## ")[0]
    blocks = re.findall(r"^```(\w+)\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    assert [language for language, _ in blocks] == ["bash", "python", "bash", "bash", "bash", "graphql", "json"]
    program, start, compose, join, query, answer = (text for _, text in blocks[1:])
    (tmp_path / "prices.py").write_text(program, encoding="utf-8")
    port = free_port()
    with _running(start.replace("5000", str(port)).split(), tmp_path, port):
        composed = run(*compose.replace("5000", str(port)).split(), seconds=120, folder=ROOT)
        assert composed == "mlenergy and prices compose with apollo and hive\n"
        (flags,) = re.findall(r'ARGS="(.*)"', join.replace("5000", str(port)))
        with running_supergraph("--server", f"{live_server}/graphql", *flags.split()) as supergraph:
            assert supergraph.ask(query) == json.loads(answer)


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """Run the documented command in a folder, with the interpreter of the tests, until its port answers."""
    assert command[0] == ".venv/bin/python"
    process = subprocess.Popen([sys.executable, *command[1:]], cwd=folder, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("localhost", port)).close()
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("flag", ["port", "papers-port", "server-port"])
def test_a_port_in_use_is_an_error(flag: str) -> None:
    """One line names the port and the flag, before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ports = {"port": 0, "papers-port": 0, "server-port": 0, flag: port}
        ended = run_supergraph(*(text for name, value in ports.items() for text in (f"--{name}", str(value))))
    assert ended.returncode != 0
    assert ended.stdout == ""
    assert ended.stderr.splitlines()[0] == (
        f'error: port {port} is in use; choose another: make supergraph ARGS="--{flag} {port + 100}"'
    )


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--gateway", "other"), "--gateway is 'other'; allowed: hive, apollo"),
        (("--port", "many"), "--port is 'many'; allowed: an integer from 0 to 65535"),
        (("--port", "70000"), "--port is '70000'; allowed: an integer from 0 to 65535"),
        (
            ("--subgraph", "reviews"),
            "subgraph is 'reviews'; allowed: NAME=URL, such as reviews=http://localhost:5000/graphql",
        ),
        (("--port", "0", "--papers-port", "0", "--server", "http://127.0.0.1:9/graphql"), "subgraph mlenergy: http"),
        (
            ("--port", "0", "--papers-port", "0", "--server-port", "0", "--python", "false"),
            "the server ended with exit",
        ),
    ],
)
def test_what_cannot_start_is_an_error(flags: tuple[str, ...], message: str) -> None:
    """One line names the flag, its value and what is allowed, or the part that failed."""
    ended = run_supergraph(*flags)
    assert ended.returncode != 0
    assert ended.stderr.startswith(f"error: {message}")
    assert "    at " not in ended.stderr


def test_subgraphs_that_do_not_compose_are_an_error(tmp_path: Path) -> None:
    """With the first messages of each composer, and the number of the others."""
    other = tmp_path / "other.graphql"
    link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])'
    other.write_text(
        f'{link} type GPU @key(fields: "serial") {{ serial: ID! }} type Query {{ theirs: GPU }}', encoding="utf-8"
    )
    ended = subprocess.run(  # noqa: S603 - our own script
        [path_of("node"), "deploy/federation/compose.js", "mlenergy=schema/schema.graphql", f"other={other}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: mlenergy and other do not compose:\n  apollo: ")
    assert "\n  hive: " in ended.stderr
    assert re.search(r"\n  apollo: and \d+ more errors\n", ended.stderr)


def test_without_node_the_requirement_is_named(tmp_path: Path) -> None:
    """One line says so, and nothing is installed."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    folder = tmp_path / "deploy" / "federation"
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SUPERGRAPH / name, folder)
    ended = run_supergraph(variables=("NODE=false",), folder=tmp_path)
    assert ended.returncode != 0
    assert ended.stderr.splitlines()[0] == "make supergraph requires Node 20.19 or later with npm"
    assert not (folder / "node_modules").exists()


@pytest.mark.parametrize("folder", [FOLDER, SUPERGRAPH], ids=["tests", "deploy"])
def test_lockfiles_name_no_registry_and_need_no_newer_node(folder: Path) -> None:
    """Packages are locked by version and hash, so any registry can serve them, and Node 20 runs all of them."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    newer = re.compile(r"^>=\s*2[1-9]")  # alone; `20 || >=22` includes 20
    assert [name for name, each in packages.items() if newer.match(each.get("engines", {}).get("node", ""))] == []
    assert "overrides" not in json.loads((folder / "package.json").read_text(encoding="utf-8"))
