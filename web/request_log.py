"""One JSON line per request: id, method, path, status, operation and duration; never a query, a variable or a token."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog

from web.request_id import request_id

if TYPE_CHECKING:
    from starlette.types import Scope

# Where the endpoint leaves the name of the operation, known once the document has been read.
OPERATION_NAME = "graphql.operation_name"
_LONGEST_NAME = 80
_LONGEST_PATH = 200
# Asked every few seconds by whoever watches the server.
_UNLOGGED = frozenset({"/livez", "/readyz"})
_GATHERED_SECONDS = 0.01

log = structlog.get_logger("http")


class _Ended(NamedTuple):
    """A request that has ended: its scope, the answer's status, how long it took, its id, and when that was."""

    scope: Scope
    status: int | None
    seconds: float
    request_id: str | None
    timestamp: datetime


class RequestLog:
    """Notes requests as they end, and logs what was noted a hundred times a second.

    A line by itself, between one request's work and the next one's, takes four times as long as one of dozens.
    """

    def __init__(self) -> None:
        self._noted: list[_Ended] = []
        self._closed = False

    def note(self, scope: Scope, status: int | None, *, seconds: float) -> None:
        """Note a request that has ended; the log has it in a moment.

        Args:
            scope: The request.
            status: Of the answer; None if none was begun.
            seconds: How long it took.
        """
        if scope["path"] in _UNLOGGED:
            return
        self._noted.append(_Ended(scope, status, seconds, request_id.get(), datetime.now(UTC)))
        if self._closed:
            self._write()
        elif len(self._noted) == 1:
            asyncio.get_running_loop().call_later(_GATHERED_SECONDS, self._write)

    def close(self) -> None:
        """Log what was noted, and from now on each request as it ends: the loop may call nothing any more."""
        self._closed = True
        self._write()

    def _write(self) -> None:
        noted, self._noted = self._noted, []
        for scope, status, seconds, its_id, timestamp in noted:
            name = scope.get(OPERATION_NAME)
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"][:_LONGEST_PATH],
                status=status,
                operation=name[:_LONGEST_NAME] if name else None,
                duration_ms=round(seconds * 1e3, 2),
                request_id=its_id,
                timestamp=timestamp,
            )
