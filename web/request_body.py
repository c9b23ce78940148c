"""Headers and body of a POST, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from errors import RequestRefused, shown
from web.negotiation import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import Receive, Scope

_METHODS = "GET, HEAD, POST"
_CONTENT_TYPE = JSON.encode()  # nearly all clients send exactly this one
_CHARSETS = frozenset({"utf-8", "utf8"})


def combined_headers(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return headers by name; repeated ones are joined to a list (RFC 9110, section 5.3)."""
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
    """Return the body of a POST; None for GET and HEAD, whose body has no meaning.

    An error leaves the rest of the body unread. A body that exceeds the limit only in its last message is returned.

    Raises:
        RequestRefused: The method, the content type or the encoding is not supported, or the body is too long.
    """
    if scope["method"] in {"GET", "HEAD"}:
        return None
    if scope["method"] != "POST":
        raise RequestRefused(405, f"Method {scope['method']} is not allowed; allowed: {_METHODS}.", {"Allow": _METHODS})
    check_content(headers)
    return await _body(receive, headers, max_body_bytes)


def check_content(headers: Mapping[bytes, bytes]) -> None:
    """Check the headers that describe the body of a POST.

    Raises:
        RequestRefused: The content type or the encoding is not supported.
    """
    if headers.get(b"content-type") == _CONTENT_TYPE and b"content-encoding" not in headers:
        return
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != JSON:
        raise RequestRefused(415, f"Content type {shown(media_type.strip())} is not supported; allowed: {JSON}.")
    for parameter in parameters.split(";") if parameters else ():
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in _CHARSETS:
            raise RequestRefused(415, f"Charset {shown(value.strip())} is not supported; allowed: utf-8.")
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
    if encoding != "identity":
        raise RequestRefused(
            415,
            f"Content encoding {shown(encoding)} is not supported; send the body without encoding.",
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
            raise RequestRefused(400, "The connection closed before the end of the body.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if more and len(body) > max_bytes:
            raise too_long(max_bytes)
    return body


def too_long(max_bytes: int) -> RequestRefused:
    """Return the error for a body over the limit."""
    return RequestRefused(413, f"The body is longer than {max_bytes} bytes (MLENERGY_MAX_BODY_KIB).")
