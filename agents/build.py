"""Builds the endpoint for assistants over a responder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import print_schema

from agents.cookbook import read_cookbook
from agents.endpoint import MCPEndpoint
from agents.graph import Graph
from agents.protocol import build_server
from agents.tools import Tools
from execution.strawberry_internals import core_schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from strawberry.federation import Schema

    from agents.provenance import CitedSource
    from web.graphql_responder import GraphQLResponder


def build_endpoint(
    responder: GraphQLResponder,
    schema: Schema,
    *,
    source: CitedSource,
    cookbook: Path,
    root_field: str | None,
    hosts: Sequence[str],
    origins: Sequence[str],
) -> MCPEndpoint:
    """Return the endpoint.

    Args:
        responder: Answers the queries of the tools.
        schema: Its schema.
        source: Cited by every answer.
        cookbook: The page with the recipes.
        root_field: The field that nests all fields of the root; None if they are at the root.
        hosts: Names in the header `Host` that clients may use; `*` for any.
        origins: Origins of pages that may send requests, besides pages of these hosts; `*` adds none.

    Raises:
        GraphError: The cookbook is missing.
    """
    recipes = read_cookbook(cookbook)
    graph_schema = core_schema(schema)
    tools = Tools(Graph(responder, root_field=root_field), graph_schema, recipes, source)
    server = build_server(tools, recipes, print_schema(graph_schema), revision=source.provenance.revision)
    return MCPEndpoint(server, max_body_bytes=responder.max_body_bytes, hosts=hosts, origins=origins)
