"""Compression of responses."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import brotli
import zstandard
from starlette_compress import CompressMiddleware

from web.negotiation import negotiated_encoding

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.negotiation import Encoding, Negotiated

# Bytes: a shorter body fits into one packet without compression.
MIN_COMPRESSED = 1_000
# Bytes: a shorter body takes 0.1 to 5 ms, or 16 ms if it is sent repeatedly. A change of threads takes 85 µs.
MIN_THREADED = 2**18
_HEADER = b"accept-encoding"


def compress(response: Response, accept_encoding: bytes) -> None:
    """Compress the body in place, unless it is short or already encoded; `Vary` must list `Accept-Encoding`."""
    body = response.body
    is_short = len(body) < MIN_COMPRESSED
    if is_short and b"identity" not in accept_encoding and b"*" not in accept_encoding:
        return  # the most frequent case: only these two can refuse a body that is not compressed
    encoding, identity = negotiated_encoding(accept_encoding)
    if encoding is not None and body and not (is_short and identity) and "content-encoding" not in response.headers:
        _replace(response, encoded(bytes(body), encoding, reused=False), encoding)


class Compressor:
    """Compresses bodies, long ones in threads: 32 MiB take 0.15 to 0.5 s. All three libraries release the GIL.

    Args:
        threads: Maximum number of long bodies that are compressed at a time.
        queue: Maximum number of long bodies that are compressed or wait. Others are sent as they are, if the client
            accepts that.
    """

    def __init__(self, *, threads: int = 2, queue: int = 16) -> None:
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="compression")
        self._queue = queue
        self._in_progress = 0

    async def compress(self, response: Response, accept_encoding: bytes) -> None:
        """Compress a long body like `compress`, without blocking the event loop."""
        accepted = negotiated_encoding(accept_encoding)
        encoding = self.encoding(response.body, accepted)
        if encoding is not None and "content-encoding" not in response.headers:
            _replace(response, await self.encoded(bytes(response.body), encoding, reused=False), encoding)

    def encoding(self, body: bytes | memoryview, accepted: Negotiated) -> Encoding | None:
        """Return the encoding to use for a body; None if it is short, or long and the queue is full."""
        if accepted.identity:
            full = self._in_progress >= self._queue
            if len(body) < MIN_COMPRESSED or (full and len(body) >= MIN_THREADED):
                return None
        return accepted.encoding if body else None

    async def encoded(self, body: bytes, encoding: Encoding, *, reused: bool) -> bytes:
        """Return a compressed body; a long one without blocking the event loop."""
        if len(body) < MIN_THREADED:
            return encoded(body, encoding, reused=reused)
        self._in_progress += 1
        try:
            work = partial(encoded, body, encoding, reused=reused)
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._in_progress -= 1

    def close(self) -> None:
        """Cancel waiting bodies; those in progress end by themselves and are discarded."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def encoded(body: bytes, encoding: Encoding, *, reused: bool) -> bytes:
    """Return a compressed body; for one that is sent repeatedly, a tenth fewer bytes are worth five times the work."""
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor(level=6 if reused else 1).compress(body)
        case "br":
            compressed: bytes = brotli.compress(body, quality=5 if reused else 1)
            return compressed
        case "gzip":
            return gzip.compress(body, compresslevel=6 if reused else 1, mtime=0)


def _replace(response: Response, body: bytes, encoding: Encoding) -> None:
    response.body = body
    response.headers["content-encoding"] = encoding
    response.headers["content-length"] = str(len(body))


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
            encoding = negotiated_encoding(accepted).encoding if accepted else None
            scope["headers"] = [*others, (_HEADER, encoding.encode())] if encoding else others
        await super().__call__(scope, receive, send)
