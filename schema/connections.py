"""Connections and their edges, for every type of row."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from execution.strawberry_internals import StrawberryField
from schema.batch_fields import batch_field, batch_type
from schema.paging import PageInfo


def edge_type(name: str, node: Any) -> type:
    """Return the edge type over a type of rows."""
    return batch_type(
        name,
        "Row with its cursor.",
        {
            "node": batch_field("node", node, "The row."),
            "cursor": batch_field("cursor", str, "Cursor of the row, for `after` or `before` of the same list."),
        },
    )


def connection_type(
    name: str,
    node: Any,
    edge: type,
    *,
    description: str,
    views: Mapping[str, StrawberryField] = MappingProxyType({}),
) -> type:
    """Return the connection type over a type of rows, with these views."""
    return batch_type(
        name,
        description,
        {
            "nodes": batch_field("page", list[node], "Rows of the page."),
            "edges": batch_field("edges", list[edge], "Rows of the page with their cursors."),  # type: ignore[valid-type] # made above
            "page_info": batch_field(lambda page: page, PageInfo, "Position of the page: whether there are more rows."),
            "total_count": batch_field("rows.counts", int, "Number of selected rows, independent of the page."),
            **views,
        },
    )
