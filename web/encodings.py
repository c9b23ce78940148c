"""Content encodings: which one a client accepts, and bytes in it."""

from __future__ import annotations

import gzip
from typing import Literal

import brotli
import zstandard

Encoding = Literal["zstd", "br", "gzip"]

# The first of these that a client accepts: in the order of how fast they are for how small.
_PREFERRED: tuple[Encoding, ...] = ("zstd", "br", "gzip")


def accepted(header: str) -> Encoding | None:
    """Return the encoding for an `Accept-Encoding` header; None for none."""
    weights: dict[str, float] = {}
    for choice in header.lower().split(","):
        name, _, parameter = choice.partition(";")
        weight = parameter.strip().removeprefix("q=")
        try:
            weights[name.strip()] = float(weight) if weight else 1.0
        except ValueError:
            weights[name.strip()] = 0.0
    others = weights.get("*", 0.0)
    return next((encoding for encoding in _PREFERRED if weights.get(encoding, others) > 0), None)


def encoded(body: bytes, encoding: Encoding) -> bytes:
    """Return a body that is kept, in an encoding: made once and sent often, so that it may take a little longer."""
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor(level=6).compress(body)
        case "br":
            compressed: bytes = brotli.compress(body, quality=5)
            return compressed
        case "gzip":
            return gzip.compress(body, compresslevel=6, mtime=0)
