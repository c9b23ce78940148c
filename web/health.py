"""What an orchestrator asks: is the process alive, and is it ready to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

_UNCACHED = {"Cache-Control": "no-store"}


@dataclass(slots=True)
class Readiness:
    """Whether requests are to be sent here: set when the tables are loaded, cleared when the server ends."""

    ready: bool = False


def health_routes(readiness: Readiness) -> list[Route]:
    """Return `/livez`, which says that the process answers, and `/readyz`, which says that it has its tables."""

    async def live(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "alive"}, headers=_UNCACHED)

    async def ready(_request: Request) -> JSONResponse:
        if readiness.ready:
            return JSONResponse({"status": "ready"}, headers=_UNCACHED)
        return JSONResponse({"status": "not ready"}, 503, _UNCACHED)

    return [Route("/livez", live), Route("/readyz", ready)]
