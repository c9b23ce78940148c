"""A uvicorn process for a GraphQL app, uvloop, httptools, no access log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request


def asgi_server(graphql: Route, *, port: int) -> uvicorn.Server:
    """Return a server of a GraphQL route and `/readyz` on 127.0.0.1:PORT."""
    app = Starlette(routes=[Route("/readyz", _ready), graphql])
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning", access_log=False
    )
    return uvicorn.Server(config)


async def _ready(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ready")
