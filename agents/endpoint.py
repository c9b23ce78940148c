"""The endpoint `/mcp`: limits of HTTP requests, and the SDK's streamable HTTP transport without sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from agents.body_limits import check_body
from errors import RequestRefused
from web.answers import refusal
from web.request_body import combined_headers, read_body

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from mcp.server.lowlevel import Server
    from starlette.types import Message, Receive, Scope, Send

_METHOD = "POST"


class MCPEndpoint:
    """Handles HTTP requests for the MCP server.

    Each request has its own answer as JSON: no session, and no stream that a GET could open. Any worker process can
    answer it.

    Args:
        server: The MCP server.
        max_body_bytes: Maximum length of a request body.
        hosts: Names in the header `Host` that clients may use; `*` allows all.
        origins: Origins of browser pages that may send requests, besides pages of these hosts; `*` adds none.
    """

    def __init__(
        self, server: Server[dict[str, Any]], *, max_body_bytes: int, hosts: Sequence[str], origins: Sequence[str]
    ) -> None:
        self._max_body_bytes = max_body_bytes
        self._sessions = StreamableHTTPSessionManager(
            server,
            json_response=True,
            stateless=True,
            security_settings=transport_security(hosts, origins),
            max_request_body_size=max_body_bytes,
        )

    def run(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which requests can be handled; it can be entered once."""
        return self._sessions.run()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        try:
            body = await self._body(scope, receive)
        except RequestRefused as error:
            await refusal(error)(scope, receive, send)
            return
        is_sent = False

        async def received() -> Message:
            nonlocal is_sent
            if is_sent:
                return await receive()
            is_sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._sessions.handle_request(scope, received, send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        if scope["method"] != _METHOD:
            raise RequestRefused(
                405,
                f"Method {scope['method']} is not allowed; allowed: {_METHOD}. This server has no sessions and no "
                "stream of messages.",
                {"Allow": _METHOD},
            )
        headers = combined_headers(scope["headers"])
        body = await read_body(scope, receive, headers, max_body_bytes=self._max_body_bytes) or b""
        check_body(body)
        return body


def transport_security(hosts: Sequence[str], origins: Sequence[str]) -> TransportSecuritySettings:
    """Return the SDK's check of `Host` and `Origin`, which protects from DNS rebinding."""
    if "*" in hosts:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    own = [f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")]
    return TransportSecuritySettings(
        allowed_hosts=[each for host in hosts for each in (host, f"{host}:*")],
        allowed_origins=[
            *(each for origin in own for each in (origin, f"{origin}:*")),
            *(origin for origin in origins if origin != "*"),
        ],
    )
