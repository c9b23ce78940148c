"""The short path: requests that need not wait are answered without ASGI (docs/adr/0028).

It takes 40 to 60 µs of CPU less per request than the long path, through `web/app.py`. Both call `GraphQLResponder`.
"""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from errors import RequestRefused
from web.eager_start import Started
from web.graphql_request import HTTPRequest, RequestHead
from web.masking import internal_error
from web.request_body import check_content, combined_headers
from web.request_frame import framed_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message

    from web.answers import Head, Reply
    from web.graphql_responder import GraphQLResponder
    from web.request_log import RequestLog
    from web.security_headers import Header

# Key of the lifespan's state under which the protocol finds the `ShortPath`.
SHORT_PATH = "short_path"
_METHODS = frozenset({b"GET", b"HEAD", b"POST"})
_MAX_ORIGINS = 4  # per head: a cached response has its own, of 700 bytes


class ShortPath:
    """Responses to the requests for one path.

    Args:
        path: The path.
        responder: Responds to GraphQL requests.
        log: Logs each request.
        cross_origin: Adds the headers of cross-origin requests around an application.
    """

    def __init__(
        self, path: str, responder: GraphQLResponder, log: RequestLog, cross_origin: Callable[[ASGIApp], ASGIApp]
    ) -> None:
        self.path = path
        self._url = path.encode()
        self._responder = responder
        self._log = log
        self._cross_origin = cross_origin

    def request_head(self, method: bytes, url: bytes, headers: list[Header]) -> RequestHead | None:
        """Return the head of a request; None if it does not take the short path.

        Args:
            method: The method.
            url: The URL, percent-encoded.
            headers: The headers but for `Content-Length`.
        """
        path, _, query_string = url.partition(b"?")
        by_name = combined_headers(headers)
        if path != self._url or method not in _METHODS or b"transfer-encoding" in by_name:
            return None
        try:
            if method == b"POST":
                check_content(by_name)
            elif b"text/html" in by_name.get(b"accept", b""):
                return None
            head = RequestHead(method.decode(), query_string, by_name)
        except RequestRefused:
            return None
        return None if head.table else head

    def start(self, request: HTTPRequest) -> Reply | Started:
        """Return the response, or the suspended request if it must wait."""
        responding = self._responder.respond(request)
        try:
            responding.send(None)
        except StopIteration as returned:
            reply: Reply = returned.value
            return reply
        except Exception as error:  # noqa: BLE001 - any exception is masked
            return internal_error(error)
        return Started(request, responding)

    def response_head(self, head: Head, origin: bytes | None) -> bytes:
        """Return a head with the headers that the middleware adds, but for the request id, as bytes.

        The middleware adds the same headers each time: 12 µs per request.
        """
        framed = head.framed.get(origin)
        if framed is None:
            framed = head.framed[origin] = self._framed(head, origin)
            if len(head.framed) > _MAX_ORIGINS:
                head.framed.clear()
        return framed

    def _framed(self, head: Head, origin: bytes | None) -> bytes:
        sent: list[Message] = []

        async def respond(_scope: Any, _receive: Any, send: Any) -> None:  # noqa: ANN401 - of ASGI
            headers = framed_headers(head.headers, is_from_page=origin is not None)
            await send({"type": "http.response.start", "status": head.status, "headers": headers})

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.disconnect"}

        scope = {"type": "http", "method": "POST", "headers": [] if origin is None else [(b"origin", origin)]}
        with suppress(StopIteration):
            cast("Any", self._cross_origin(respond)(scope, receive, send)).send(None)  # runs to its end
        lines = [b"%b: %b\r\n" % header for header in sent[0]["headers"]]
        return b"HTTP/1.1 %d %b\r\n" % (head.status, HTTPStatus(head.status).phrase.encode()) + b"".join(lines)

    def log(self, request: HTTPRequest, status: int, seconds: float) -> None:
        """Log a request that has ended."""
        self._log.note(request.head.method, self.path, status, operation=request.operation, seconds=seconds)
