"""Which of the two GraphQL media types an answer is written in, from what the client accepts."""

from __future__ import annotations

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"

_MATCHES = {
    GRAPHQL_RESPONSE: GRAPHQL_RESPONSE,
    JSON: JSON,
    "application/*": GRAPHQL_RESPONSE,
    "*/*": JSON,
}


def negotiated(accept: str) -> str | None:
    """Return the media type for an `Accept` header: JSON where it says nothing, None where it accepts neither."""
    if not accept.strip():
        return JSON
    best: tuple[float, str] | None = None
    for choice in accept.split(","):
        name, *parameters = (part.strip().lower() for part in choice.split(";"))
        media_type = _MATCHES.get(name)
        weight = _weight(parameters)
        if media_type and weight > 0 and (best is None or weight > best[0]):
            best = (weight, media_type)
    return best[1] if best else None


def prefers_html(accept: str) -> bool:
    """Say whether an `Accept` header is a browser's that opens a page."""
    return "text/html" in accept and not any(name in accept for name in (GRAPHQL_RESPONSE, JSON))


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0
    return 1
