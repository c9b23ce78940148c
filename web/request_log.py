"""Request log: id, method, path, status, operation and duration; never a query, a variable or a token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog

from web.log_batch import LogBatch
from web.request_id import request_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import Scope

# Key of the scope under which the endpoint stores the name of the operation.
OPERATION_NAME = "graphql.operation_name"
_LONGEST_NAME = 80
_LONGEST_PATH = 200
# Health checks come every few seconds.
_UNLOGGED = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("http")


class _Ended(NamedTuple):
    """A request that has ended."""

    scope: Scope
    status: int | None
    seconds: float
    request_id: str | None
    timestamp: datetime


class RequestLog(LogBatch[_Ended]):
    """Logs requests when they end, in batches."""

    def __init__(self) -> None:
        super().__init__(_log_requests)

    def note(self, scope: Scope, status: int | None, *, seconds: float) -> None:
        """Log a request that has ended; its status is None if no response was started."""
        if scope["path"] not in _UNLOGGED:
            self.add(_Ended(scope, status, seconds, request_id.get(), datetime.now(UTC)))


def _log_requests(ended: Sequence[_Ended]) -> None:
    for scope, status, seconds, its_id, timestamp in ended:
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
