"""Compression of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette_compress import CompressMiddleware

from web.encodings import MIN_COMPRESSED, encoded, negotiated

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

_HEADER = b"accept-encoding"


def compressed(response: Response, accept_encoding: bytes) -> Response:
    """Compress the body of a response in place, unless it is short or already encoded.

    Args:
        response: A response whose `Vary` header lists `Accept-Encoding`.
        accept_encoding: The header of the request.
    """
    encoding, identity = negotiated(accept_encoding.decode("latin-1"))
    least = MIN_COMPRESSED if identity else 1
    if encoding is not None and len(response.body) >= least and "content-encoding" not in response.headers:
        response.body = encoded(bytes(response.body), encoding, reused=False)
        response.headers["content-encoding"] = encoding
        response.headers["content-length"] = str(len(response.body))
    return response


class CompressionMiddleware(CompressMiddleware):
    """starlette-compress for pages and files, with our negotiation.

    The library ignores the weights in `Accept-Encoding`; it therefore receives only the encoding that they select.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, minimum_size=MIN_COMPRESSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress the response."""
        if scope["type"] == "http":
            accepted = b",".join(value for name, value in scope["headers"] if name == _HEADER)
            others = [(name, value) for name, value in scope["headers"] if name != _HEADER]
            encoding = negotiated(accepted.decode("latin-1")).encoding if accepted else None
            scope["headers"] = [*others, (_HEADER, encoding.encode())] if encoding else others
        await super().__call__(scope, receive, send)
