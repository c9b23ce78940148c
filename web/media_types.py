"""Media type of a GraphQL response, negotiated by `Accept`."""

from __future__ import annotations

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"

# Headers of most clients, with the result of the rules below.
_COMMON = {"": JSON, "*/*": JSON, JSON: JSON, GRAPHQL_RESPONSE: GRAPHQL_RESPONSE}


def negotiated(accept: str) -> str | None:
    """Return the media type for an `Accept` header; None if it accepts neither.

    The type of greater weight wins; at equal weight, GraphQL's own if the header names it, else JSON.
    """
    if accept in _COMMON:
        return _COMMON[accept]
    weights = dict(_weighted(choice) for choice in accept.split(","))
    own, json = _weight(weights, GRAPHQL_RESPONSE), _weight(weights, JSON)
    if own <= 0 and json <= 0:
        return None
    if own == json:
        return GRAPHQL_RESPONSE if GRAPHQL_RESPONSE in weights else JSON
    return GRAPHQL_RESPONSE if own > json else JSON


def prefers_html(accept: str) -> bool:
    """Return whether an `Accept` header is that of a browser that opens a page."""
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
    """Return the weight of the most specific matching range (RFC 9110, section 12.5.1)."""
    return next((weights[name] for name in (media_type, "application/*", "*/*") if name in weights), 0)
