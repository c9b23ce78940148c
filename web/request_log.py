"""Request log: id, method, path, status, operation and duration; never a query, a variable or a token."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import structlog

from web.log_batch import LogBatch
from web.request_id import request_id

if TYPE_CHECKING:
    from collections.abc import Sequence

# Key of the scope under which the endpoint stores the name of the operation.
OPERATION_NAME = "graphql.operation_name"
_LONGEST_NAME = 80
_LONGEST_PATH = 200
# Health checks come every few seconds.
_UNLOGGED = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("http")


class _Ended(NamedTuple):
    """A request that has ended."""

    method: str
    path: str
    status: int | None
    operation: str | None
    seconds: float
    request_id: str | None
    timestamp: datetime


class RequestLog(LogBatch[_Ended]):
    """Logs requests when they end, in batches."""

    def __init__(self) -> None:
        super().__init__(_log_requests)

    def note(self, method: str, path: str, status: int | None, *, operation: str | None, seconds: float) -> None:
        """Log a request that ended now; its status is None if no response was started."""
        if path not in _UNLOGGED:
            self.add(_Ended(method, path, status, operation, seconds, request_id.get(), datetime.now(UTC)))


def _log_requests(ended: Sequence[_Ended]) -> None:
    info = log.info  # the look-up takes a fifth of the time of a line
    for method, path, status, operation, seconds, its_id, timestamp in ended:
        info(
            "request",
            method=method,
            path=path[:_LONGEST_PATH],
            status=status,
            operation=operation[:_LONGEST_NAME] if operation else None,
            duration_ms=round(seconds * 1e3, 2),
            request_id=its_id,
            timestamp=timestamp,
        )
