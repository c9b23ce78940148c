"""The TypeScript example: generated, type-checked and run as its README says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.server_process import ROOT, running_server

if TYPE_CHECKING:
    from tests.examples.conftest import Example

CLIENTS = ("apollo", "urql")
PROGRAM = "node build/src/main.js"  # what `npm start` runs once it has compiled it
PAGE_EXAMPLES = sorted((ROOT / "ui" / "src" / "graph" / "queries").glob("*.graphql"))


def printed(text: str) -> list[list[Any]]:
    """Return the printed rows: model, GPUs, batch size, energy, latency."""
    lines = [line.split("\t") for line in text.splitlines() if "\t" in line]
    return [[name, gpus, *map(json.loads, figures)] for name, gpus, *figures in lines]


def expected(rows: list[list[Any]]) -> list[list[Any]]:
    """Return rows as the program prints them."""
    return [[name, f"{count}x{gpu}", *figures] for name, gpu, count, *figures in rows]


@pytest.mark.parametrize("schema", ["SDL", "served SDL", "introspection"])
def test_the_commands_of_the_readme_work(
    typescript: Example, live_server: str, rows: list[list[Any]], schema: str
) -> None:
    """From the SDL, file and served, and over introspection, both clients print every run of the task, page by page.

    The queries of the browser page are generated and type-checked with them.
    """
    typescript.environment = {"GRAPH_URL": f"{live_server}/graphql"}
    if schema == "introspection":
        shutil.rmtree(typescript.folder.parents[1] / "schema")
        typescript.environment["SCHEMA"] = f"{live_server}/graphql"
    if schema == "served SDL":
        served = httpx.get(f"{live_server}/schema.graphql").raise_for_status().text
        assert "@key" not in served
        (typescript.folder.parents[1] / "schema" / "schema.graphql").write_text(served, encoding="utf-8")
    for query in PAGE_EXAMPLES:
        shutil.copy(query, typescript.folder / "src")
    generate, start = typescript.commands

    typescript.run(generate)
    typescript.run("npm run check")

    assert len(PAGE_EXAMPLES) > 5
    assert "query ComparedModels" in (typescript.folder / "src/generated/persisted-documents.json").read_text()
    assert printed(typescript.run(start)) == expected(rows)
    for client in CLIENTS:
        assert printed(typescript.run(f"{PROGRAM} --client {client} --page-size 30")) == expected(rows)


def test_an_unknown_field_is_a_type_error(typescript: Example) -> None:
    """The generated types are those of the schema, not `any`."""
    typescript.run("npm run generate")
    typescript.run("npm run check")
    main = typescript.folder / "src" / "main.ts"
    main.write_text(main.read_text().replace("{ task: { eq: values.task } }", "{ task: { equals: values.task } }"))
    pages = typescript.folder / "src" / "pages.ts"
    pages.write_text(pages.read_text().replace("page.llmRuns.nodes", "page.llmRuns.rows"))

    done = typescript.attempt("npm run check")

    assert done.returncode != 0
    assert "'equals' does not exist in type 'MLEnergyStringFilter'" in done.stdout
    assert "Property 'rows' does not exist" in done.stdout


def test_the_manifest_of_the_generator_is_accepted(typescript: Example, rows: list[list[Any]]) -> None:
    """A server that executes only the generated manifest answers both clients by hash, and refuses their texts."""
    typescript.run("npm run generate && npx tsc")
    manifest = typescript.folder / "src" / "generated" / "persisted-documents.json"
    settings = ("--persisted-documents", str(manifest), "--allow-documents", "persisted")
    with running_server("--source", "sample", *settings) as address:
        typescript.environment = {"GRAPH_URL": f"{address}/graphql"}
        for client in CLIENTS:
            by_hash = typescript.run(f"{PROGRAM} --client {client} --persisted")
            as_text = typescript.attempt(f"{PROGRAM} --client {client}")

            assert printed(by_hash) == expected(rows)
            assert as_text.returncode != 0
            assert "is not a persisted document" in as_text.stderr


def test_the_lock_names_no_registry() -> None:
    """It is valid on every machine, whatever its registry."""
    lock = json.loads((Path(ROOT) / "examples/typescript/package-lock.json").read_text(encoding="utf-8"))

    assert [name for name, each in lock["packages"].items() if "resolved" in each] == []
    assert [name for name, each in lock["packages"].items() if name and "integrity" not in each] == []
