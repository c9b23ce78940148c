"""Answers in the form that GraphQL gives to all of them, the refusals included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from web.media_types import GRAPHQL_RESPONSE, JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from errors import RequestRefused

VARY = "Accept, Accept-Encoding"
# As they are sent: Starlette would write them anew for each answer.
_DESCRIBING = {
    media_type: ((b"content-type", f"{media_type}; charset=utf-8".encode()), (b"vary", VARY.encode()))
    for media_type in (JSON, GRAPHQL_RESPONSE)
}


class ReadyResponse:
    """A response that is sent again and again, each time with a list of headers of its own: middleware adds to it.

    Args:
        response: The response, whole.

    Attributes:
        body: The response's body, the same object.
    """

    def __init__(self, response: Response) -> None:
        self._status = response.status_code
        self._headers = tuple(response.raw_headers)
        self.body = response.body

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        await send({"type": "http.response.start", "status": self._status, "headers": [*self._headers]})
        await send({"type": "http.response.body", "body": self.body})


def json_answer(
    body: Any,  # noqa: ANN401 - any JSON
    *,
    status: int = 200,
    media_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a response whose form depends on the request's `Accept`."""
    return answer(orjson.dumps(body), status=status, media_type=media_type, headers=headers)


def answer(
    body: bytes, *, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a response with a body that is JSON already."""
    response = Response(body, status)
    response.raw_headers += _DESCRIBING[media_type]
    if headers:
        response.headers.update(headers)
    return response


def refusal(error: RequestRefused, *, media_type: str = JSON) -> Response:
    """Return the response that refuses an HTTP request."""
    body = {"errors": [{"message": str(error), "extensions": error.extensions}]}
    return json_answer(body, status=error.status, media_type=media_type, headers=error.headers)
