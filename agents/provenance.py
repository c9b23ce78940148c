"""Provenance of an answer: the revision of the data and its citation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import orjson

if TYPE_CHECKING:
    from tables.dataset import Provenance

# Longer links are cut off by proxies and chat programs.
_MAX_LINK = 4_000


@dataclass(frozen=True, slots=True)
class CitedSource:
    """The revision of the data that answers all tools.

    Args:
        provenance: Source and revision of the dataset.
        citation: BibTeX entry of the benchmark's paper.
        graph_path: Path of the GraphQL endpoint.
    """

    provenance: Provenance
    citation: str
    graph_path: str

    def entry(self, query: str, variables: object, operation_name: str | None = None) -> dict[str, Any]:
        """Return the source of the answer to a query, with a link that returns the same answer."""
        return {
            "dataset": self.provenance.name,
            "revision": self.provenance.revision,
            "synthetic": self.provenance.synthetic,
            "url": self.provenance.url,
            "citation": self.citation,
            "link": self._link(query, variables, operation_name),
        }

    def _link(self, query: str, variables: object, operation_name: str | None) -> str | None:
        """Return the path of a GET with the query, pinned to the revision; None if it would be too long."""
        parameters = {"query": query}
        if variables:
            parameters["variables"] = orjson.dumps(variables).decode()
        if operation_name:
            parameters["operationName"] = operation_name
        link = f"{self.graph_path}?{urlencode({**parameters, 'revision': self.provenance.revision})}"
        return link if len(link) <= _MAX_LINK else None
