"""Puts the ASGI application together: routes, and the middleware around them, outermost first."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from asgi_correlation_id import CorrelationIdMiddleware
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from web.graphql_endpoint import GraphQLEndpoint
from web.health import Readiness, health_routes
from web.masking import INTERNAL, log
from web.pages import page_routes
from web.request_log import RequestLogMiddleware
from web.security_headers import SecurityHeadersMiddleware

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from strawberry.federation import Schema


def build_app(
    schema: Schema,
    *,
    new_context: Callable[[], Any],
    close: Callable[[], None],
    dist: Path,
    max_body_bytes: int,
    allow_origins: Sequence[str],
) -> Starlette:
    """Return the application.

    Args:
        schema: The schema to serve.
        new_context: Makes the context of each request.
        close: Frees what the contexts share, when the server ends.
        dist: Where the built browser page lies.
        max_body_bytes: The longest request body.
        allow_origins: Origins whose pages may ask, without credentials; `*` for any.
    """
    readiness = Readiness()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        readiness.ready = True
        try:
            yield
        finally:
            readiness.ready = False
            close()

    return Starlette(
        routes=[
            Route("/graphql", GraphQLEndpoint(schema, new_context=new_context, dist=dist)),
            *health_routes(readiness),
            *page_routes(dist),
        ],
        middleware=[
            Middleware(CorrelationIdMiddleware),
            Middleware(RequestLogMiddleware),
            Middleware(SecurityHeadersMiddleware),
            Middleware(
                CORSMiddleware,
                allow_origins=list(allow_origins),
                allow_methods=["GET", "POST"],
                allow_headers=["*"],
                expose_headers=["X-Request-ID", "X-Dataset-Revision"],
            ),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _server_error},
        lifespan=lifespan,
        max_body_size=max_body_bytes,
    )


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer what the routes refuse (no such path, a body that is too long) in the form of every other error."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "error"
    headers = error.headers if isinstance(error, HTTPException) else None
    return JSONResponse({"errors": [{"message": detail, "extensions": {"code": "BAD_REQUEST"}}]}, status, headers)


async def _server_error(_request: Request, error: Exception) -> JSONResponse:
    log.error("unhandled_error", exc_info=error)
    message = "Something went wrong on the server. The log has it under this request's id (header X-Request-ID)."
    return JSONResponse({"errors": [{"message": message, "extensions": {"code": INTERNAL}}]}, 500)
