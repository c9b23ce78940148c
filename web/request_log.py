"""One JSON line per request: id, method, path, status, operation and duration; never a query, a variable or a token."""

from __future__ import annotations

from asyncio import CancelledError
from time import perf_counter
from typing import TYPE_CHECKING

import structlog

from web.masking import ending, internal_error

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Where the endpoint leaves the name of the operation, known once the document has been read.
OPERATION_NAME = "graphql.operation_name"
_LONGEST_NAME = 80
_LONGEST_PATH = 200
# Asked every few seconds by whoever watches the server.
_UNLOGGED = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("http")


class RequestLogMiddleware:
    """Logs each HTTP request when it has been answered, and answers where nothing else could.

    Args:
        app: The application within.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and log it when it is done."""
        if scope["type"] != "http" or scope["path"] in _UNLOGGED:
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status: int | None = None

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except CancelledError:  # only the end of the grace period cancels; the task ends here either way
            if status is None:
                await ending()(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is not to see it
            answer = internal_error(error)
            if status is None:
                await answer(scope, receive, watched)
        finally:
            name = scope.get(OPERATION_NAME)
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"][:_LONGEST_PATH],
                status=status,
                operation=name[:_LONGEST_NAME] if name else None,
                duration_ms=round((perf_counter() - started) * 1e3, 2),
            )
