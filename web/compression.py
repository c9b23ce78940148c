"""Compression of answers and pages for clients that accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette_compress import CompressMiddleware

from web.encodings import LEAST_COMPRESSED, encoded, negotiated

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

_HEADER = b"accept-encoding"


def compressed(response: Response, accept_encoding: bytes) -> Response:
    """Compress the body of a response, unless it is short or already encoded.

    Args:
        response: The response, whole; it says by `Vary` that it depends on `Accept-Encoding`.
        accept_encoding: The request's header.
    """
    encoding, identity = negotiated(accept_encoding.decode("latin-1"))
    least = LEAST_COMPRESSED if identity else 1
    if encoding is not None and len(response.body) >= least and "content-encoding" not in response.headers:
        response.body = encoded(bytes(response.body), encoding, reused=False)
        response.headers["content-encoding"] = encoding
        response.headers["content-length"] = str(len(response.body))
    return response


class CompressionMiddleware(CompressMiddleware):
    """starlette-compress for pages and files, with the encoding that answers would get.

    The library ignores the weights in `Accept-Encoding`: it is shown the one encoding that they choose.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=LEAST_COMPRESSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress."""
        if scope["type"] == "http":
            given = b",".join(value for name, value in scope["headers"] if name == _HEADER)
            others = [(name, value) for name, value in scope["headers"] if name != _HEADER]
            encoding = negotiated(given.decode("latin-1")).encoding if given else None
            scope["headers"] = [*others, (_HEADER, encoding.encode())] if encoding else others
        await super().__call__(scope, receive, send)
