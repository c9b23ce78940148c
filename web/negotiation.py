"""Content negotiation: media type and encoding of a response (RFC 9110, section 12.5)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple

from errors import RequestRefused, shown
from writers.table_formats import TABLE_FORMATS

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
HTML = "text/html"
# Most clients send one of few headers, and reading one takes 2 to 3 µs.
_HEADERS = 16

Encoding = Literal["zstd", "br", "gzip"]
# Order among encodings of equal weight. zstd is the fastest, but last: some clients on Node 20 advertise it and cannot
# decode it, such as graphql-codegen.
_PREFERENCE: tuple[Encoding, ...] = ("br", "gzip", "zstd")

_WEIGHT = re.compile(r"q\s*=\s*(?:(0(?:\.\d*)?|1(?:\.0*)?)|.*)")


class Negotiated(NamedTuple):
    """Encoding to use, None for an uncompressed body; and whether the client accepts an uncompressed body."""

    encoding: Encoding | None
    identity: bool


@lru_cache(maxsize=_HEADERS)
def negotiated_type(accept: str) -> str:
    """Return the GraphQL media type of greater weight; at equal weight, GraphQL's own if it is named, else JSON.

    Raises:
        RequestRefused: `Accept` allows neither.
    """
    if not accept:
        return JSON
    weights = accepted_weights(accept)
    # The weight of a type is that of the most specific range.
    own, json = (
        next((weights[name] for name in (media_type, "application/*", "*/*") if name in weights), 0)
        for media_type in (GRAPHQL_RESPONSE, JSON)
    )
    if own == json == 0:
        raise RequestRefused(
            406,
            f"Accept {shown(accept)} is not supported; allowed: {GRAPHQL_RESPONSE}, {JSON}, or a format of tables: "
            f"{', '.join(form.media_type for form in TABLE_FORMATS.values())}.",
        )
    return GRAPHQL_RESPONSE if own > json or (own == json and GRAPHQL_RESPONSE in weights) else JSON


def prefers_html(accept: str) -> bool:
    """Return whether an `Accept` header names HTML with a greater weight than JSON, as browsers do for a page."""
    if HTML not in accept:
        return False
    weights = accepted_weights(accept)
    # Ranges do not count: `*/*` has the weight of HTML in some browsers, and stands alone in most clients.
    return weights.get(HTML, 0.0) > max(weights.get(name, 0.0) for name in (JSON, GRAPHQL_RESPONSE))


@lru_cache(maxsize=_HEADERS)
def negotiated_encoding(accept_encoding: bytes) -> Negotiated:
    """Return the encoding of the greatest weight; `*` stands for the encodings that are not listed.

    The body stays uncompressed (`identity`) if the header ranks that first, or accepts no encoding that we have, even
    if it excludes `identity`.
    """
    weights = accepted_weights(accept_encoding.decode("latin-1"))
    if "x-gzip" in weights:
        weights["gzip"] = weights["x-gzip"]
    others = weights.get("*", 0.0)
    best = max(_PREFERENCE, key=lambda encoding: weights.get(encoding, others))
    weight_of_best = weights.get(best, others)
    identity = weights.get("identity", weights.get("*", 1.0)) > 0
    chosen = weight_of_best > 0 and weight_of_best >= weights.get("identity", 0.0)
    return Negotiated(best if chosen else None, identity)


def accepted_weights(header: str) -> dict[str, float]:
    """Return the weights of a header by name; 0 for a malformed one, so that the name is not accepted."""
    weights = {}
    for choice in header.lower().split(","):
        name, *parameters = map(str.strip, choice.split(";"))
        weights[name] = 1.0
        for parameter in parameters:
            if weight := _WEIGHT.fullmatch(parameter):
                weights[name] = float(weight[1] or 0)
    return weights
