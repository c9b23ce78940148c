"""Reads headers and body of a POST, within the limit, or refuses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from errors import RequestRefused, shown
from web.media_types import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import Receive, Scope

_METHODS = "GET, HEAD, POST"
_CHARSETS = frozenset({"utf-8", "utf8"})


def combined_headers(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name; those on several lines become one list (RFC 9110, section 5.3)."""
    by_name = dict(headers)
    if len(by_name) == len(headers):
        return by_name
    by_name.clear()
    for name, value in headers:
        by_name[name] = by_name[name] + b", " + value if name in by_name else value
    return by_name


async def read_body(
    scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], *, max_body_bytes: int
) -> bytes | None:
    """Return the body of a POST; None for a GET, whose body means nothing.

    A refusal leaves the rest of the body unread. One that ends with its first byte too many is returned.

    Args:
        scope: The connection scope of the HTTP request.
        receive: Gives the body.
        headers: The scope's headers.
        max_body_bytes: The longest body.

    Raises:
        RequestRefused: The method, the content type or the encoding is not what it may be, or the body is too long.
    """
    if scope["method"] in {"GET", "HEAD"}:
        return None
    if scope["method"] != "POST":
        raise RequestRefused(405, f"{scope['method']} is not allowed; allowed: {_METHODS}.", {"Allow": _METHODS})
    # Nearly every client says just this.
    if headers.get(b"content-type") != JSON.encode() or b"content-encoding" in headers:
        _check_content(headers)
    return await _body(receive, headers, max_body_bytes)


def _check_content(headers: Mapping[bytes, bytes]) -> None:
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != JSON:
        raise RequestRefused(415, f"content type {shown(media_type.strip())} is not supported; allowed: {JSON}.")
    for parameter in parameters.split(";") if parameters else ():
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in _CHARSETS:
            raise RequestRefused(415, f"charset {shown(value.strip())} is not supported; allowed: utf-8.")
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
    if encoding != "identity":
        raise RequestRefused(
            415,
            f"content encoding {shown(encoding)} is not supported; send the body as it is.",
            {"Accept-Encoding": "identity"},
        )


async def _body(receive: Receive, headers: Mapping[bytes, bytes], max_bytes: int) -> bytes:
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > max_bytes:
        raise too_long(max_bytes)
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRefused(400, "the connection ended before the body did.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if more and len(body) > max_bytes:
            raise too_long(max_bytes)
    return body


def too_long(max_bytes: int) -> RequestRefused:
    """Return the refusal of a body that is over the limit."""
    return RequestRefused(
        413, f"the body is over {max_bytes} bytes long, the most that is read (MLENERGY_MAX_BODY_KIB)."
    )
