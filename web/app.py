"""Puts the ASGI application together: routes, and the middleware around them, outermost first."""

from __future__ import annotations

import gc
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from errors import RequestRefused
from web.answers import refusal
from web.compression import CompressionMiddleware
from web.cors import CrossOriginMiddleware
from web.graphql_endpoint import GraphQLEndpoint
from web.health import Readiness, health_routes
from web.lingering import Lingering
from web.pages import page_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog
from web.router_bypass import RouterBypassMiddleware

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from strawberry.federation import Schema

    from caches import Caches

GRAPH_PATH = "/graphql"


def build_app(  # noqa: PLR0913 - each setting of a server, by name
    schema: Schema,
    *,
    new_context: Callable[[], Any],
    revision: str,
    release: str,
    close: Callable[[], None],
    dist: Path,
    max_body_bytes: int,
    caches: Caches,
    fresh_seconds: int,
    allow_origins: Sequence[str],
) -> Starlette:
    """Return the application.

    Args:
        schema: The schema to serve.
        new_context: Makes the context of each request.
        revision: Of the data that all of them see.
        release: What else may change an answer: the code and the settings.
        close: Frees what the contexts share, when the server ends.
        dist: Where the built browser page lies.
        max_body_bytes: The longest request body.
        caches: The caches of answers, documents and persisted queries.
        fresh_seconds: How long caches may use an answer by GET without asking.
        allow_origins: Origins whose pages may ask, without credentials; `*` for any.
    """
    readiness, requests = Readiness(), RequestLog()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        # All that was made until now lives as long as the process; to walk it takes the collector 80 ms each time. And
        # a document that is new makes thousands of nodes, none of them garbage yet.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        readiness.ready = True
        try:
            yield
        finally:
            readiness.ready = False
            close()
            requests.close()

    endpoint = GraphQLEndpoint(
        schema,
        new_context=new_context,
        revision=revision,
        release=release,
        dist=dist,
        max_body_bytes=max_body_bytes,
        caches=caches,
        fresh_seconds=fresh_seconds,
    )
    app = Starlette(
        routes=[
            *health_routes(readiness),
            *page_routes(dist),
        ],
        middleware=[
            # Outermost, so that a page of another origin can read whatever answer there is, a masked error too.
            Middleware(
                CrossOriginMiddleware,
                allow_origins=list(allow_origins),
                allow_methods=["GET", "POST"],
                allow_headers=["*"],
                expose_headers=["X-Request-ID", "X-Dataset-Revision"],
            ),
            Middleware(RequestFrameMiddleware, log=requests),
            Middleware(RouterBypassMiddleware, path=GRAPH_PATH, endpoint=endpoint),
            Middleware(Lingering),
            Middleware(CompressionMiddleware),
        ],
        exception_handlers={HTTPException: _http_error},
        lifespan=lifespan,
    )
    # Starlette would redirect to an absolute address, which behind a proxy has the wrong scheme and no prefix.
    app.router.redirect_slashes = False
    return app


async def _http_error(_request: Request, error: Exception) -> Response:
    """Answer what the routes refuse (no such path, no such method) in the form of every other error."""
    if not isinstance(error, HTTPException):
        raise error
    return refusal(RequestRefused(error.status_code, error.detail, error.headers))
