"""What stands around every request: its id, the headers that all answers have, and its line in the log."""

from __future__ import annotations

from asyncio import CancelledError
from time import perf_counter
from typing import TYPE_CHECKING

from web.masking import ending, internal_error
from web.request_id import HEADER, identify
from web.security_headers import SecurityHeaders

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.request_log import RequestLog

# A cache must not give an answer that lets no page in to a page; `web/cors.py` says the same of those to pages.
_VARY = (b"vary", b"Origin")


class RequestFrameMiddleware:
    """Gives each request an id and a line in the log, each answer its headers, and answers where nothing else could.

    All of it in one place, since whatever stands between an app and its server costs each answer a call more.

    Args:
        app: The application within.
        log: Where requests are noted.
    """

    def __init__(self, app: ASGIApp, *, log: RequestLog) -> None:
        self._app = app
        self._log = log
        self._security = SecurityHeaders()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and log it when it is done."""
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
                # A new list: the app may hold on to its own and send it again.
                message = {**message, "headers": [*own, *self._security.missing(dict(own)), *added]}
            return send(message)

        try:
            await self._app(scope, receive, framed)
        except CancelledError:  # only the end of the grace period cancels; the task ends here either way
            if status is None:
                await ending()(scope, receive, framed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is not to see it
            answer = internal_error(error)
            if status is None:
                await answer(scope, receive, framed)
        finally:
            self._log.note(scope, status, seconds=perf_counter() - started)
