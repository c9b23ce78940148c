"""Compresses answers and pages for clients that accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette_compress import CompressMiddleware, add_compress_type

from web.media_types import GRAPHQL_RESPONSE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class CompressionMiddleware(CompressMiddleware):
    """starlette-compress, passed by where nothing is accepted: most programs accept nothing, and it costs them time."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, zstd_level=1)
        add_compress_type(GRAPHQL_RESPONSE)  # the library has its predecessor only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress, or pass on."""
        if scope["type"] == "http" and any(name == b"accept-encoding" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
