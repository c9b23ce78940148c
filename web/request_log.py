"""One JSON line per request: id, method, path, status, operation and duration; never a query, a variable or a token."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from asgi_correlation_id import correlation_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_OPERATION_NAME = 80
# Asked every few seconds by whoever watches the server.
_UNLOGGED = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("http")


class RequestLogMiddleware:
    """Logs each HTTP request when it has been answered.

    Args:
        app: The application within.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _UNLOGGED:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            operation = scope.get("graphql.operation_name")
            log.info(
                "request",
                request_id=correlation_id.get(),
                method=scope["method"],
                path=scope["path"],
                status=status,
                operation=operation[:_OPERATION_NAME] if operation else None,
                duration_ms=round((perf_counter() - started) * 1e3, 2),
            )
