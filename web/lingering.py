"""Delivery of a response to a client that is still sending its request (RFC 9112, section 9.6).

Closing a socket with unread input resets the connection, and the client loses a response that it has not read yet.
Therefore the rest of the request is read and discarded, within limits, before the connection closes.
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
    """Return whether a request with these headers has a body."""
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0") != b"")
        for name, value in headers
    )


class LingeringClose:
    """Runs an application, and discards the rest of a request that it did not read.

    The server closes the connection at the last message of the response. That message is delayed and empty; the client
    already has the complete body, whose length it knows.

    Args:
        app: The application.
        max_bytes: Maximum number of bytes to discard.
        idle_seconds: Maximum pause of the client.
        total_seconds: Maximum time to discard.
    """

    def __init__(
        self, app: ASGIApp, *, max_bytes: int = 2**26, idle_seconds: float = 5, total_seconds: float = 30
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._idle_seconds = idle_seconds
        self._total_seconds = total_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application, and close the connection if it did not read the whole request."""
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
        """Read to the end of the request, or to a limit."""
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
