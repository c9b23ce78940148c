"""HTTP responses with GraphQL bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

from web.negotiation import GRAPHQL_RESPONSE, JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from errors import RequestRefused
    from web.security_headers import Header

VARY = "Accept, Accept-Encoding"
_VARY = (b"vary", VARY.encode())
NO_BODY = frozenset({204, 304})  # statuses of responses without a body


@dataclass(slots=True, eq=False)
class Head:
    """Status and headers of a response, without its length; frequent heads are shared by many responses.

    Attributes:
        framed: The head as sent by `web/short_path.py`, by the request's `Origin`.
    """

    status: int
    headers: tuple[Header, ...]
    framed: dict[bytes | None, bytes] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Reply:
    """A response."""

    head: Head
    body: bytes

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the response, with a new list of headers, because middleware extends it."""
        head = self.head
        headers = [*head.headers]
        if head.status not in NO_BODY:
            headers.append((b"content-length", b"%d" % len(self.body)))
        await send({"type": "http.response.start", "status": head.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


# Heads of nearly all responses.
PLAIN_HEADS = {
    media_type: Head(200, ((b"content-type", f"{media_type}; charset=utf-8".encode()), _VARY))
    for media_type in (JSON, GRAPHQL_RESPONSE)
}


def answer(
    body: bytes, *, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Reply:
    """Return a response with a body that is already JSON."""
    plain = PLAIN_HEADS[media_type]
    if status == plain.status and not headers:
        return Reply(plain, body)
    return Reply(Head(status, (*plain.headers, *encoded_headers(headers or {}))), body)


def not_modified(headers: Mapping[str, str]) -> Reply:
    """Return a response without a body: the client has the answer."""
    return Reply(Head(304, (_VARY, *encoded_headers(headers))), b"")


def encoded_headers(headers: Mapping[str, str]) -> tuple[Header, ...]:
    """Return headers as ASGI represents them."""
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items())


def errors_answer(
    errors: list[dict[str, Any]],
    *,
    status: int,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return a response with errors and without `data`."""
    return answer(orjson.dumps({"errors": errors}), status=status, media_type=media_type, headers=headers)


def refusal(error: RequestRefused, *, media_type: str = JSON) -> Reply:
    """Return the response to an invalid HTTP request."""
    return errors_answer([error.entry], status=error.status, media_type=media_type, headers=error.headers)
