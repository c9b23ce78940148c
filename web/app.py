"""The ASGI application: routes, and the middleware around them."""

from __future__ import annotations

import gc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from errors import RequestRefused
from web.answers import refusal
from web.compression import CompressionMiddleware
from web.cors import CrossOriginMiddleware
from web.health import health_routes
from web.lingering import LingeringClose
from web.pages import page_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog
from web.router_bypass import RouterBypassMiddleware

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

GRAPH_PATH = "/graphql"


def build_app(endpoint: ASGIApp, *, dist: Path, close: Callable[[], None], allow_origins: Sequence[str]) -> Starlette:
    """Return the application, with `endpoint` at `GRAPH_PATH`; `close` releases resources at shutdown."""
    request_log = RequestLog()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # Objects created so far live as long as the process; a collection that visits them takes 80 ms. A new document
        # creates thousands of nodes that are still in use, so collections are also made rarer.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        app.state.ready = True
        try:
            yield
        finally:
            app.state.ready = False
            close()
            request_log.close()

    app = Starlette(
        routes=[*health_routes(), *page_routes(dist)],
        middleware=[  # outermost first
            # Outside of all others, so that a page of another origin can read every response, masked errors included.
            Middleware(
                CrossOriginMiddleware,
                allow_origins=list(allow_origins),
                allow_methods=["GET", "POST"],
                allow_headers=["*"],
                expose_headers=["X-Request-ID", "X-Dataset-Revision"],
            ),
            Middleware(RequestFrameMiddleware, log=request_log),
            Middleware(RouterBypassMiddleware, path=GRAPH_PATH, endpoint=endpoint),
            Middleware(LingeringClose),
            Middleware(CompressionMiddleware),
        ],
        exception_handlers={HTTPException: _http_error},
        lifespan=lifespan,
    )
    app.state.ready = False
    # Starlette would redirect to an absolute URL; behind a proxy its scheme is wrong and its prefix missing.
    app.router.redirect_slashes = False
    return app


async def _http_error(_request: Request, error: Exception) -> Response:
    """Return errors of the router (unknown path, wrong method) in the form of all other errors."""
    if not isinstance(error, HTTPException):
        raise error
    return refusal(RequestRefused(error.status_code, error.detail, error.headers))
