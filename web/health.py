"""Health checks for orchestrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from web.caching import NOT_CACHED

if TYPE_CHECKING:
    from starlette.requests import Request

_HEADERS = {"Cache-Control": NOT_CACHED}


def health_routes(version: str) -> list[Route]:
    """Return `/livez` (the process responds) and `/readyz` (it serves requests: 503 before startup and at shutdown).

    Args:
        version: Version of the server, which `/livez` states: after a rollout, it shows which release responds.
    """

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive", "version": version}, headers=_HEADERS)

    return [Route("/livez", live), Route("/readyz", _ready)]


async def _ready(request: Request) -> JSONResponse:
    if request.app.state.ready:
        return JSONResponse({"status": "ready"}, headers=_HEADERS)
    return JSONResponse({"status": "not ready"}, 503, _HEADERS)
