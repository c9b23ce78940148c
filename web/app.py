"""The ASGI application: routes, and the middleware around them."""

from __future__ import annotations

import gc
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from errors import RequestRefused
from web.answers import refusal
from web.cors import CrossOriginMiddleware
from web.documentation import documentation_routes
from web.graphql_endpoint import GraphQLEndpoint
from web.health import health_routes
from web.lingering import LingeringClose
from web.pages import page_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog
from web.schema_file import schema_route
from web.short_path import SHORT_PATH, ShortPath

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from web.answers import Reply
    from web.graphql_responder import GraphQLResponder
    from web.table_responder import TableResponder

GRAPH_PATH = "/graphql"


class Endpoint(Protocol):
    """An ASGI application that runs in the lifespan of this one."""

    def run(self) -> AbstractAsyncContextManager[None]:
        """Return the context in which it handles requests."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""


def build_app(
    responder: GraphQLResponder,
    tables: TableResponder,
    *,
    root: Path,
    close: Callable[[], None],
    allow_origins: Sequence[str],
    version: str,
    root_field: str | None = None,
    endpoints: Mapping[str, Endpoint] | None = None,
) -> Starlette:
    """Return the application, with the graph at `GRAPH_PATH`.

    Args:
        responder: Responds to GraphQL requests.
        tables: Responds to those for tables.
        root: Directory of the checkout, with the built browser pages and documentation.
        close: Releases resources at shutdown.
        allow_origins: Origins whose pages may query the server.
        version: Version of the project, which `/livez` states.
        root_field: The field that nests all fields of the root; None if they are at the root.
        endpoints: Further endpoints, by path.
    """
    request_log = RequestLog()
    endpoints = endpoints or {}
    # Outside of all others, so that a page of another origin can read every response, masked errors included.
    cross_origin = partial(
        CrossOriginMiddleware,
        allow_origins=list(allow_origins),
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=[
            *("X-Request-ID", "X-Dataset-Revision", "X-Total-Count", "X-Warnings"),
            *("Content-Disposition", "GraphQL-Cost"),
        ],
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, ShortPath]]:
        # Objects created so far live as long as the process; a collection that visits them takes 80 ms. A new document
        # creates thousands of nodes that are still in use, so collections are also made rarer.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        try:
            async with AsyncExitStack() as running:
                for each in endpoints.values():
                    await running.enter_async_context(each.run())
                app.state.ready = True
                yield {SHORT_PATH: ShortPath(GRAPH_PATH, responder, request_log, cross_origin)}
        finally:
            app.state.ready = False
            close()
            responder.close()
            tables.close()
            request_log.close()

    dist = root / "ui" / "dist"
    endpoint = GraphQLEndpoint(responder, tables, dist=dist, root_field=root_field)
    app = Starlette(
        routes=[
            Route(GRAPH_PATH, endpoint),
            Route(f"{GRAPH_PATH}/", endpoint),
            schema_route(responder.sdl, fresh_seconds=responder.fresh_seconds),
            *(Route(form, each) for path, each in endpoints.items() for form in (path, f"{path}/")),
            *health_routes(version),
            *documentation_routes(root / "site"),
            *page_routes(dist, root_field=root_field),
        ],
        middleware=[  # outermost first
            Middleware(cross_origin),
            Middleware(RequestFrameMiddleware, log=request_log),
            Middleware(LingeringClose),
        ],
        exception_handlers={HTTPException: _http_error},  # type: ignore[dict-item] # any application is a response
        lifespan=lifespan,
    )
    app.state.ready = False
    # Starlette would redirect to an absolute URL; behind a proxy its scheme is wrong and its prefix missing.
    app.router.redirect_slashes = False
    return app


async def _http_error(_request: Request, error: Exception) -> Reply:
    """Return errors of the router (unknown path, wrong method) in the form of all other errors."""
    if not isinstance(error, HTTPException):
        raise error
    return refusal(RequestRefused(error.status_code, error.detail, error.headers))
