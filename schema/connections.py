"""Connections: one generic way from a page of rows to nodes, edges, page info and count, for every type of row."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection, Edges
from schema.paging import PageInfo


def nodes(page: strawberry.Parent[Connection]) -> Any:
    """Return the rows of each page."""
    return page.nodes()


def edges(page: strawberry.Parent[Connection]) -> Any:
    """Return the rows of each page with their cursors."""
    return page.edges()


def page_info(page: strawberry.Parent[Connection]) -> Any:
    """Return where each page lies: the page knows it."""
    return page


def total_count(page: strawberry.Parent[Connection]) -> Any:
    """Count what the arguments select."""
    return page.total_count()


def edge_node(edge: strawberry.Parent[Edges]) -> Any:
    """Return each edge's row."""
    return edge.rows


def edge_cursor(edge: strawberry.Parent[Edges]) -> Any:
    """Return each edge's cursor."""
    return edge.cursors()


def edge_type(name: str, node: Any) -> type:
    """Return the edge type over a type of rows."""
    fields = {
        "node": strawberry.field(resolver=edge_node, graphql_type=node, description="The row."),
        "cursor": strawberry.field(
            resolver=edge_cursor, graphql_type=str, description="Pass it as `after` or `before` of the same list."
        ),
    }
    return strawberry.type(type(name, (), fields), name=name, description="A row and its place in the list.")


def connection_type(
    name: str,
    node: Any,
    edge: type,
    *,
    description: str,
    views: Mapping[str, StrawberryField] = MappingProxyType({}),
) -> type:
    """Return the connection type over a type of rows, with the views that it offers."""
    fields = {
        "nodes": strawberry.field(resolver=nodes, graphql_type=list[node], description="The rows of the page."),
        "edges": strawberry.field(
            resolver=edges,
            graphql_type=list[edge],  # type: ignore[valid-type] # made above
            description="The rows of the page, each with its cursor.",
        ),
        "page_info": strawberry.field(resolver=page_info, graphql_type=PageInfo, description="Whether there is more."),
        "total_count": strawberry.field(
            resolver=total_count, graphql_type=int, description="All rows that the filter selects, whatever the page."
        ),
        **views,
    }
    return strawberry.type(type(name, (), fields), name=name, description=description)
