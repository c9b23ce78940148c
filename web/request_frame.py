"""Request frame: the id, log line, common headers and last-resort error response of every request."""

from __future__ import annotations

from asyncio import CancelledError
from time import perf_counter
from typing import TYPE_CHECKING

from web.masking import internal_error, shutting_down
from web.request_id import HEADER, identify
from web.request_log import OPERATION_NAME
from web.security_headers import missing_headers

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.request_log import RequestLog
    from web.security_headers import Header

# Prevents that a cache sends a response without CORS headers to a page; `web/cors.py` adds it to responses to pages.
_VARY = (b"vary", b"Origin")


def framed_headers(own: Iterable[Header], *, is_from_page: bool) -> list[Header]:
    """Return the headers of a response with the common ones, in a new list; only the request id is missing.

    Args:
        own: The headers of the response.
        is_from_page: Whether a browser page sent the request, which then has the header `Origin`.
    """
    headers = [*own]
    headers += missing_headers(dict(headers))
    return headers if is_from_page else [*headers, _VARY]


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
        own_id = (HEADER, identify(given))
        is_from_page = b"origin" in given
        status: int | None = None

        def framed(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = framed_headers(message.get("headers", ()), is_from_page=is_from_page)
                message = {**message, "headers": [*headers, own_id]}
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
            seconds = perf_counter() - started
            self._log.note(scope["method"], scope["path"], status, operation=scope.get(OPERATION_NAME), seconds=seconds)
