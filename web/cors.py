"""Cross-origin requests (CORS), without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.cors import CORSMiddleware

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


class CrossOriginMiddleware(CORSMiddleware):
    """Starlette's middleware, bypassed without an `Origin` header: most clients are programs, and it costs a tenth."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Apply CORS to requests of browser pages."""
        if scope["type"] != "http" or any(name == b"origin" for name, _ in scope["headers"]):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
