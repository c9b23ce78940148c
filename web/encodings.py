"""Content encodings: negotiation by `Accept-Encoding` (RFC 9110, section 12.5.3), and compression of whole bodies."""

from __future__ import annotations

import gzip
import re
from typing import Literal, NamedTuple

import brotli
import zstandard

Encoding = Literal["zstd", "br", "gzip"]

# Bytes: a shorter body fits into one packet with or without compression.
LEAST_COMPRESSED = 1_000
# The order among encodings of equal weight. zstd is last although it is the fastest: clients on Node 20 advertise it
# without being able to decode it, graphql-codegen among them.
_PREFERENCE: tuple[Encoding, ...] = ("br", "gzip", "zstd")
_WEIGHT = re.compile(r"q\s*=\s*((?:0(?:\.\d*)?)|(?:1(?:\.0*)?))")


class Negotiated(NamedTuple):
    """The outcome for one `Accept-Encoding` header.

    Args:
        encoding: The encoding to use; None for the body as it is.
        identity: Whether the client also accepts a body as it is.
    """

    encoding: Encoding | None
    identity: bool


def negotiated(header: str) -> Negotiated:
    """Choose the encoding of the greatest weight; `*` stands for the codings that are not listed.

    A coding whose weight is malformed is not acceptable. The body as it is (`identity`) is used where the header ranks
    it first or accepts nothing else, even if it excludes `identity` too: a refusal would help nobody.
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
    """Return a body in an encoding.

    Args:
        body: The body.
        encoding: The encoding.
        reused: Whether the result is sent many times, and so is worth five times the work for a tenth fewer bytes.
    """
    match encoding:
        case "zstd":
            return zstandard.ZstdCompressor(level=6 if reused else 1).compress(body)
        case "br":
            compressed: bytes = brotli.compress(body, quality=5 if reused else 1)
            return compressed
        case "gzip":
            return gzip.compress(body, compresslevel=6 if reused else 1, mtime=0)
