"""HTTP responses with GraphQL bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from web.negotiation import GRAPHQL_RESPONSE, JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from errors import RequestRefused

VARY = "Accept, Accept-Encoding"
# Encoded once: Starlette would encode them for each response.
_HEADERS = {
    media_type: ((b"content-type", f"{media_type}; charset=utf-8".encode()), (b"vary", VARY.encode()))
    for media_type in (JSON, GRAPHQL_RESPONSE)
}


class ReadyResponse:
    """A response that is sent repeatedly, with a new list of headers each time, because middleware extends the list.

    Attributes:
        body: The body of the response, the same object.
    """

    def __init__(self, response: Response) -> None:
        self._status = response.status_code
        self._headers = tuple(response.raw_headers)
        self.body = response.body

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the response."""
        await send({"type": "http.response.start", "status": self._status, "headers": [*self._headers]})
        await send({"type": "http.response.body", "body": self.body})


def answer(
    body: bytes, *, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response with a body that is already JSON."""
    response = Response(body, status)
    response.raw_headers += _HEADERS[media_type]
    if headers:
        response.headers.update(headers)
    return response


def errors_answer(
    errors: list[dict[str, Any]],
    *,
    status: int,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a response with errors and without `data`."""
    return answer(orjson.dumps({"errors": errors}), status=status, media_type=media_type, headers=headers)


def refusal(error: RequestRefused, *, media_type: str = JSON) -> Response:
    """Return the response to an invalid HTTP request."""
    return errors_answer([error.entry], status=error.status, media_type=media_type, headers=error.headers)
