"""Content encodings: negotiation by `Accept-Encoding` (RFC 9110, section 12.5.3), and compression."""

from __future__ import annotations

import gzip
import re
from typing import Literal, NamedTuple

import brotli
import zstandard

Encoding = Literal["zstd", "br", "gzip"]

# Bytes: a shorter body fits into one packet without compression.
MIN_COMPRESSED = 1_000
# Order among encodings of equal weight. zstd is the fastest, but last: some clients on Node 20 advertise it
# and cannot decode it, such as graphql-codegen.
_PREFERENCE: tuple[Encoding, ...] = ("br", "gzip", "zstd")
_WEIGHT = re.compile(r"q\s*=\s*((?:0(?:\.\d*)?)|(?:1(?:\.0*)?))")


class Negotiated(NamedTuple):
    """Result of a negotiation.

    Args:
        encoding: The encoding to use; None for an uncompressed body.
        identity: Whether the client accepts an uncompressed body.
    """

    encoding: Encoding | None
    identity: bool


def negotiated(header: str) -> Negotiated:
    """Return the encoding of the greatest weight; `*` stands for the encodings that are not listed.

    An encoding with a malformed weight is not accepted. The body stays uncompressed (`identity`) if the header ranks
    that first, or accepts no encoding that we have, even if it excludes `identity`.
    """
    weights: dict[str, float] = {}
    for choice in header.lower().split(","):
        name, separator, parameter = choice.partition(";")
        weight = _WEIGHT.fullmatch(parameter.strip()) if separator else None
        coding = name.strip()
        weights["gzip" if coding == "x-gzip" else coding] = float(weight[1]) if weight else float(not separator)
    others = weights.get("*", 0.0)
    best = max(_PREFERENCE, key=lambda encoding: weights.get(encoding, others))
    weight_of_best = weights.get(best, others)
    identity = weights.get("identity", weights.get("*", 1.0)) > 0
    chosen = weight_of_best > 0 and weight_of_best >= weights.get("identity", 0.0)
    return Negotiated(best if chosen else None, identity)


def encoded(body: bytes, encoding: Encoding, *, reused: bool) -> bytes:
    """Return a compressed body.

    Args:
        body: The body.
        encoding: The encoding.
        reused: Whether the result is sent repeatedly; a tenth fewer bytes are then worth five times the work.
    """
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor(level=6 if reused else 1).compress(body)
        case "br":
            compressed: bytes = brotli.compress(body, quality=5 if reused else 1)
            return compressed
        case "gzip":
            return gzip.compress(body, compresslevel=6 if reused else 1, mtime=0)
