"""Which of the two GraphQL media types an answer is written in, from what the client accepts."""

from __future__ import annotations

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"

# What most clients send, answered as the rules below would.
_USUAL = {"": JSON, "*/*": JSON, JSON: JSON, GRAPHQL_RESPONSE: GRAPHQL_RESPONSE}


def negotiated(accept: str) -> str | None:
    """Return the media type for an `Accept` header, or None where it accepts neither.

    The one of greater weight; of equals GraphQL's own if it is named, else JSON, which is also for a header that says
    nothing.
    """
    if accept in _USUAL:
        return _USUAL[accept]
    weights = dict(_weighted(choice) for choice in accept.split(","))
    own, json = _weight(weights, GRAPHQL_RESPONSE), _weight(weights, JSON)
    if own <= 0 and json <= 0:
        return None
    if own == json:
        return GRAPHQL_RESPONSE if GRAPHQL_RESPONSE in weights else JSON
    return GRAPHQL_RESPONSE if own > json else JSON


def prefers_html(accept: str) -> bool:
    """Say whether an `Accept` header is a browser's that opens a page."""
    return "text/html" in accept and not any(name in accept for name in (GRAPHQL_RESPONSE, JSON))


def _weighted(choice: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in choice.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, float(parameter[2:])
            except ValueError:
                return name, 0
    return name, 1


def _weight(weights: dict[str, float], media_type: str) -> float:
    """Return the weight of the most specific range that takes the type in: it is the one that counts (RFC 9110)."""
    return next((weights[name] for name in (media_type, "application/*", "*/*") if name in weights), 0)
