"""The SDL as a file, for clients and code generators: `GET /schema.graphql`."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route, request_response

from errors import RequestRefused, shown
from web.answers import refusal
from web.caching import matches
from web.client_sdl import client_sdl
from web.compression import CompressionMiddleware

if TYPE_CHECKING:
    from starlette.requests import Request

    from web.answers import Reply

SCHEMA_PATH = "/schema.graphql"
# SDL has no registered media type; browsers display this one.
_MEDIA_TYPE = "text/plain; charset=utf-8"
# Whether the file is the one for gateways, by the value of the parameter.
_FEDERATION = {"": True, "true": True, "false": False}


def schema_route(sdl: str, *, fresh_seconds: int) -> Route:
    """Return the route of the SDL: the form for clients, or with `?federation=true` the form for gateways.

    Args:
        sdl: The form for gateways, as `_service { sdl }` returns it.
        fresh_seconds: Maximum age of the response in HTTP caches.
    """
    files = cache(lambda *, federation: _file(sdl if federation else client_sdl(sdl)))

    # Not a coroutine, so that Starlette calls it in a thread: the first request for the form of clients creates it.
    def respond(request: Request) -> Response | Reply:
        requested = request.query_params.get("federation", "false")
        if requested not in _FEDERATION:
            return refusal(
                RequestRefused(400, f"Parameter federation is {shown(requested)}; allowed: true, false, or no value.")
            )
        body, tag = files(federation=_FEDERATION[requested])
        headers = {"ETag": tag, "Cache-Control": f"public, max-age={fresh_seconds}"}
        listed = request.headers.get("if-none-match", "").strip()
        if listed == "*" or matches(listed.encode("latin-1"), tag):
            return Response(status_code=304, headers={**headers, "Vary": "Accept-Encoding"})
        return Response(body, media_type=_MEDIA_TYPE, headers=headers)

    endpoint = CompressionMiddleware(request_response(respond))  # type: ignore[arg-type] # any application is a response
    return Route(SCHEMA_PATH, endpoint, methods=["GET"])  # Starlette adds HEAD


def _file(sdl: str) -> tuple[bytes, str]:
    """Return the body and its entity tag: weak, because it stands for all encodings."""
    body = sdl.encode()
    return body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
