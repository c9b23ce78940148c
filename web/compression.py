"""Compression of responses."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import brotli
import zstandard
from isal import isal_zlib
from starlette_compress import CompressMiddleware

from web.negotiation import negotiated_encoding

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.negotiation import Encoding, Negotiated

# Bytes: a shorter body fits into one packet without compression.
MIN_COMPRESSED = 1_000
# Bytes: a shorter body takes 1 to 3 ms at most, or 4 if it consists of numbers. A change of threads takes 0.1 ms.
MIN_THREADED = 2**20
# Level of all encodings. Higher ones do not pay off, even for an answer that is cached: 808 kB of rows take zstd 0.9 ms
# to 100 kB (level 6: 5 ms, 109 kB), Brotli 1.4 ms to 110 kB (quality 5: 9 ms, 111 kB), and gzip 0.8 ms to 123 kB (zlib
# at level 6: 10 ms, 118 kB). Brotli saves another seventh at quality 10, in 200 ms.
_LEVEL = 1
# Window of zlib, plus 16 for the header and trailer of gzip. The header has no time.
_GZIP_WBITS = 31
_HEADER = b"accept-encoding"


class Compressor:
    """Compresses bodies, long ones in threads: 32 MiB take 40 to 130 ms. All three libraries release the GIL.

    Args:
        threads: Maximum number of long bodies that are compressed at a time.
        queue: Maximum number of long bodies that are compressed or wait. Others are sent as they are, if the client
            accepts that.
    """

    def __init__(self, *, threads: int = 2, queue: int = 16) -> None:
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="compression")
        self._queue = queue
        self._in_progress = 0

    def encoding(self, body: bytes, accepted: Negotiated) -> Encoding | None:
        """Return the encoding to use for a body; None if it is short, or long and the queue is full."""
        if accepted.identity:
            full = self._in_progress >= self._queue
            if len(body) < MIN_COMPRESSED or (full and len(body) >= MIN_THREADED):
                return None
        return accepted.encoding if body else None

    async def encoded(self, body: bytes, encoding: Encoding) -> bytes:
        """Return a compressed body; a long one without blocking the event loop."""
        if len(body) < MIN_THREADED:
            return encoded(body, encoding)
        self._in_progress += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, encoded, body, encoding)
        finally:
            self._in_progress -= 1

    def close(self) -> None:
        """Cancel waiting bodies; those in progress end by themselves and are discarded."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def encoded(body: bytes, encoding: Encoding) -> bytes:
    """Return a compressed body."""
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor(level=_LEVEL).compress(body)
        case "br":
            compressed: bytes = brotli.compress(body, quality=_LEVEL)
            return compressed
        case "gzip":
            # ISA-L: 2 to 6 times as fast as zlib at level 1, with 1 to 10% fewer bytes.
            return isal_zlib.compress(body, _LEVEL, _GZIP_WBITS)


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
