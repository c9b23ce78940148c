"""Failures of the server are masked, and a missing cookbook is an error at startup."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, cast

import pytest
from mcp import Client

from agents.cookbook import Cookbook, Recipe, read_cookbook
from agents.graph import Graph
from agents.protocol import build_server
from agents.provenance import CitedSource
from agents.tools import Tools
from errors import GraphError
from execution.strawberry_internals import core_schema
from schema.build import build_schema

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import CallToolResult

    from tables.dataset import Dataset
    from web.graphql_responder import GraphQLResponder


class _Broken:
    """A responder with a fault."""

    async def respond(self, _http: object) -> object:
        raise RuntimeError("secret detail")


def test_a_fault_of_the_server_is_masked(sample: Dataset) -> None:
    """The result has the code of such errors, and no detail."""
    cookbook = Cookbook([Recipe(1, "Title", "Explanation.", "{ dataset { name } }")])
    source = CitedSource(sample.provenance, "@misc{}", "/graphql")
    graph = Graph(cast("GraphQLResponder", _Broken()), root_field=None)
    tools = Tools(graph, core_schema(build_schema()), cookbook, source)
    server = build_server(tools, cookbook, "type Query { x: Int }", revision="1")

    async def call() -> CallToolResult:
        async with Client(server) as client:
            return await client.call_tool("run_query", {"query": "{ dataset { name } }"})

    result = asyncio.run(call())

    assert result.is_error
    assert result.structured_content is not None
    assert result.structured_content["errors"][0]["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert "secret" not in json.dumps(result.model_dump(mode="json"))


@pytest.mark.parametrize("text", [None, "# A page without recipes"])
def test_a_cookbook_without_recipes_is_an_error_that_names_the_file(tmp_path: Path, text: str | None) -> None:
    """For an installation that lacks the file."""
    page = tmp_path / "cookbook.md"
    if text is not None:
        page.write_text(text)

    with pytest.raises(GraphError, match=r"--mcp needs .*cookbook\.md: (No such file|the file has no recipes)"):
        read_cookbook(page)
