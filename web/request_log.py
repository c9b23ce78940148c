"""One JSON line per request: id, method, path, status, operation and duration; never a query, a variable or a token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from starlette.types import Scope

# Where the endpoint leaves the name of the operation, known once the document has been read.
OPERATION_NAME = "graphql.operation_name"
_LONGEST_NAME = 80
_LONGEST_PATH = 200
# Asked every few seconds by whoever watches the server.
_UNLOGGED = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("http")


def log_request(scope: Scope, status: int | None, *, seconds: float) -> None:
    """Log a request that has ended.

    Args:
        scope: The request.
        status: Of the answer; None if none was begun.
        seconds: How long it took.
    """
    path = scope["path"]
    if path in _UNLOGGED:
        return
    name = scope.get(OPERATION_NAME)
    log.info(
        "request",
        method=scope["method"],
        path=path[:_LONGEST_PATH],
        status=status,
        operation=name[:_LONGEST_NAME] if name else None,
        duration_ms=round(seconds * 1e3, 2),
    )
