"""Delivers a response to a client that is still sending its request (RFC 9112, section 9.6).

A socket that is closed with unread input resets the connection, and the client loses the response that it has not
read yet. So the response is sent whole, the rest of the request is discarded within bounds, and only then does the
connection close.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CLOSE = (b"connection", b"close")
_CONNECTION = b"connection"


def announces_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Say whether a request with these headers has a body."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0") != b"")
        for name, value in headers
    )


class Lingering:
    """Runs an application, and reads on to the end of the request if it has answered before.

    The server closes the connection at the message that ends the response; that message, empty, is held back. The
    client has the whole response by then: its length is announced.

    Args:
        app: What answers.
        max_bytes: How much of the request is discarded.
        idle_seconds: How long the client may pause.
        total_seconds: How long the request may take to end.
    """

    def __init__(
        self, app: ASGIApp, *, max_bytes: int = 2**26, idle_seconds: float = 5, total_seconds: float = 30
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._idle_seconds = idle_seconds
        self._total_seconds = total_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and close the connection if the request had not ended."""
        if scope["type"] != "http" or not announces_body(scope["headers"]):
            await self._app(scope, receive, send)
            return
        ended = False

        async def reading() -> Message:
            nonlocal ended
            message = await receive()
            ended = ended or not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if ended:
                await send(message)
            elif message["type"] == "http.response.start":
                own = [(name, value) for name, value in message.get("headers", ()) if name != _CONNECTION]
                await send({**message, "headers": [*own, _CLOSE]})
            elif message["type"] != "http.response.body" or message.get("more_body", False):
                await send(message)
            else:
                await send({**message, "more_body": True})
                await self._discard(receive)
                await send({"type": "http.response.body", "body": b""})

        await self._app(scope, reading, sending)

    async def _discard(self, receive: Receive) -> None:
        """Read to the end of the request, or until a bound is met."""
        clock = asyncio.get_running_loop().time
        end = clock() + self._total_seconds
        left = self._max_bytes
        more = True
        while more and left > 0 and clock() < end:
            try:
                async with asyncio.timeout_at(min(end, clock() + self._idle_seconds)):
                    message = await receive()
            except TimeoutError:
                return
            left -= len(message.get("body", b""))
            more = message.get("more_body", False)
