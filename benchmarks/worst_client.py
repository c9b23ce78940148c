"""Client of the search for the worst query: states the cost of a query, or executes it and observes the server."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import brotli
import zstandard

from benchmarks.answers import VoidError
from benchmarks.probes import main_thread_seconds
from benchmarks.servers import HOST

if TYPE_CHECKING:
    from benchmarks.probes import Probes
    from benchmarks.servers import Server

ENCODINGS = ("identity", "gzip", "br", "zstd")
_TIMEOUT_SECONDS = 120.0
_TAIL_BYTES = 100_000
_SHOWN_CHARACTERS = 2_000
_COST = re.compile(rb'"cost": ?(\d+)')
# Errors of a query that is refused or whose arguments are inconsistent; any other is a fault of the server.
_EXPECTED = {
    "QUERY_TOO_COMPLEX",
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "GRAPHQL_VALIDATION_FAILED",
    "RAW_DATA_UNAVAILABLE",
    "OVERLOADED",
}
_EXPECTED |= {"TOO_MANY_ERRORS"}


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A query of a kind.

    Args:
        kind: Kind of field that the search began with.
        text: The document.
        variables: Its variables.
        encoding: Encoding of the response.
    """

    kind: str
    text: str
    variables: dict[str, Any] = field(default_factory=dict)
    encoding: str = "identity"


@dataclass(frozen=True, slots=True, eq=False)
class Executed:
    """An executed query.

    Args:
        query: The query.
        cost: Its cost in units.
        blocking_ms: Greatest latency of a probe meanwhile.
        cpu_ms: CPU time of the event loop's thread.
        megabytes: Length of the response body, decoded.
        resident_mb: Greatest resident memory of the server meanwhile.
    """

    query: Query
    cost: int
    blocking_ms: float
    cpu_ms: float
    megabytes: float
    resident_mb: float


class WorstClient:
    """Sends queries on one connection.

    Args:
        server: The server.
        probes: Its observers.

    Attributes:
        sent: Number of requests.
        refused: Number of those that were refused.
        faults: An error message per code that no limit and no argument explains, with its query.
    """

    def __init__(self, server: Server, probes: Probes) -> None:
        self.sent = 0
        self.refused = 0
        self.faults: dict[str, str] = {}
        self._server = server
        self._probes = probes
        self._connection = http.client.HTTPConnection(HOST, server.port, timeout=_TIMEOUT_SECONDS)

    def cost(self, query: Query) -> int | None:
        """Return the cost of a query without executing it; None if it is refused."""
        return self._cost_of(_decoded(self._post(query, "validate"), query.encoding), query)

    def execute(self, query: Query) -> Executed | None:
        """Execute a query and observe the server meanwhile; None if it is refused."""
        self._probes.reset()
        before = main_thread_seconds(self._server.pid)
        content = self._post(query, "report")
        cpu = main_thread_seconds(self._server.pid) - before
        blocking, memory = self._probes.observed()
        body = _decoded(content, query.encoding)
        cost = self._cost_of(body, query)
        return None if cost is None else Executed(query, cost, blocking * 1e3, cpu * 1e3, len(body) / 1e6, memory)

    def _post(self, query: Query, cost: str) -> bytes:
        body = json.dumps({"query": query.text, "variables": query.variables})
        headers = {"Content-Type": "application/json", "Accept": "application/json", "GraphQL-Cost": cost}
        try:
            self._connection.request("POST", "/graphql", body, headers | {"Accept-Encoding": query.encoding})
            return self._connection.getresponse().read()
        except (OSError, http.client.HTTPException) as error:
            raise VoidError(f"{query.text[:_SHOWN_CHARACTERS]}: {error!r}") from error
        finally:
            self.sent += 1

    def _cost_of(self, body: bytes, query: Query) -> int | None:
        """Return the cost in a response; None if it has errors."""
        tail = body[-_TAIL_BYTES:]
        if len(body) > _TAIL_BYTES and b'"errors":' not in tail:  # megabytes of `data` need not be decoded
            return int(_COST.findall(tail)[-1])
        end = json.loads(body)
        errors = end.get("errors", ())
        if not errors:
            return int(end["extensions"]["cost"])
        self.refused += 1
        for error in errors:
            code = error.get("extensions", {}).get("code", "")
            if code not in _EXPECTED:
                self.faults.setdefault(code, f"{error.get('message')}: {query.text[:_SHOWN_CHARACTERS]}")
        return None


def _decoded(content: bytes, encoding: str) -> bytes:
    if content[:1] == b"{":  # short responses are not compressed
        return content
    match encoding:
        case "gzip":
            return gzip.decompress(content)
        case "br":
            return bytes(brotli.decompress(content))
        case "zstd":
            return zstandard.ZstdDecompressor().decompress(content)
        case _:
            return content
