"""Request frame: the id, log line, common headers and last-resort error response of every request."""

from __future__ import annotations

from asyncio import CancelledError
from time import perf_counter
from typing import TYPE_CHECKING

from web.masking import internal_error, shutting_down
from web.request_id import HEADER, identify
from web.security_headers import missing_headers

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.request_log import RequestLog

# Prevents that a cache sends a response without CORS headers to a page; `web/cors.py` adds it to responses to pages.
_VARY = (b"vary", b"Origin")


class RequestFrameMiddleware:
    """Adds the frame; one middleware for all its parts, because each further one costs a call per response."""

    def __init__(self, app: ASGIApp, *, log: RequestLog) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the inner application, and log the request at its end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        given = dict(scope["headers"])
        added = [(HEADER, identify(given)), _VARY] if b"origin" not in given else [(HEADER, identify(given))]
        status: int | None = None

        def framed(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = message.get("headers", ())
                # A new list: the application may reuse its own.
                message = {**message, "headers": [*own, *missing_headers(dict(own)), *added]}
            return send(message)

        try:
            await self._app(scope, receive, framed)
        except CancelledError:  # raised only at the end of the grace period; the task ends here either way
            if status is None:
                await shutting_down()(scope, receive, framed)
        except Exception as error:  # noqa: BLE001 - any exception is masked
            answer = internal_error(error)
            if status is None:
                await answer(scope, receive, framed)
        finally:
            self._log.note(scope, status, seconds=perf_counter() - started)
