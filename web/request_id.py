"""Gives each request an id, which its answer names in `X-Request-ID` and its log lines in `request_id`."""

from __future__ import annotations

import re
from contextvars import ContextVar
from random import getrandbits
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADER = b"x-request-id"
# What a proxy in front may have given: UUIDs, hexadecimal trace ids. Nothing that could forge a log line.
_GIVEN = re.compile(rb"[A-Za-z0-9-]{8,64}")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class RequestIdMiddleware:
    """Takes the id that a proxy has given, or makes one.

    Args:
        app: The application within.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, with the id known to the logs and added where a response starts."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == _HEADER), b"")
        value = given if _GIVEN.fullmatch(given) else b"%032x" % getrandbits(128)
        request_id.set(value.decode())

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (_HEADER, value)]}
            await send(message)

        await self._app(scope, receive, named)
