"""uvicorn's protocol class with the short path in front of ASGI: the way of a request from and to the socket."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.answers import NO_BODY
from web.eager_start import Started
from web.graphql_endpoint import STARTED
from web.graphql_request import HTTPRequest
from web.request_id import HEADER, identify
from web.short_path import SHORT_PATH

if TYPE_CHECKING:
    from web.answers import Reply
    from web.graphql_request import RequestHead
    from web.security_headers import Header
    from web.short_path import ShortPath

_CONTENT_LENGTH = b"content-length"
_MAX_BODY = 65_536  # a longer one is read with flow control
_ONE_WRITE = 65_536  # copying a longer body takes longer than a second system call


class ShortPathProtocol(HttpToolsProtocol):
    """uvicorn's protocol with the short path in front of ASGI."""

    def __init__(self, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*arguments, **named)
        self._short_path: ShortPath | None = self.app_state.get(SHORT_PATH)
        self._head: RequestHead | None = None  # of a request on the short path, until its body is complete
        self._body = b""
        self._length: bytes | None = None  # `Content-Length`; the list of headers is without it
        # The last head: most requests of a connection have equal ones, and reading one takes 3 µs.
        self._known: tuple[tuple[bytes, bytes, list[Header]], RequestHead | None] | None = None
        self._started = 0.0
        self._idle_since: float | None = None  # the end of the last response on the short path
        self._date: tuple[Any, bytes] = (None, b"")  # uvicorn's default headers, as a list and as bytes

    def data_received(self, data: bytes) -> None:
        """Read requests; the timer of the idle connection runs on: a new one per request takes 3 µs."""
        timer, self.timeout_keep_alive_task = self.timeout_keep_alive_task, None
        super().data_received(data)
        if timer is None and self._idle_since is not None:
            timer = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        self.timeout_keep_alive_task = timer

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it was idle since the timer started; otherwise, let the timer run on."""
        self.timeout_keep_alive_task = None
        if self._head is not None or (self.cycle is not None and not self.cycle.response_complete):
            return  # the timer starts again at the end of the response
        left = 0.0 if self._idle_since is None else self._idle_since + self.timeout_keep_alive - perf_counter()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def on_message_begin(self) -> None:
        """Begin a request; uvicorn's scope is created only for the long path."""
        self.url = b""
        self.headers = []
        self._length = None
        self.expect_100_continue = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header."""
        name = name.lower()
        if name == _CONTENT_LENGTH:
            self._length = value
        elif name == b"expect":
            super().on_header(name, value)
        else:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Choose the path of a request."""
        self._started = perf_counter()
        cycle = self.cycle
        if (
            self._short_path is not None
            and (cycle is None or cycle.response_complete)
            and not self.expect_100_continue
            and not self.flow.write_paused
            and not self.transport.is_closing()
            and self.limit_concurrency is None
            and not self.root_path
            and self.parser.get_http_version() == "1.1"
            and not self.parser.should_upgrade()
        ):
            self._head = self._request_head(self._short_path)
            self._body = b""
        if self._head is None:
            self._take_long_path()

    def _request_head(self, path: ShortPath) -> RequestHead | None:
        source = (self.parser.get_method(), self.url, self.headers)
        if self._known is None or self._known[0] != source:
            self._known = source, path.request_head(*source)
        head, length = self._known[1], self._length
        if head is None or not head.is_post:
            return None if length is not None and length.strip(b"0") else head  # a body of a GET has no meaning
        return head if length is not None and length.isdigit() and int(length[:20]) <= _MAX_BODY else None

    def on_body(self, body: bytes) -> None:
        """Collect the body."""
        if self._head is None:
            super().on_body(body)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        """Respond to a request on the short path, or let it continue on the long one."""
        head, path = self._head, self._short_path
        if head is None or path is None:
            super().on_message_complete()
            return
        self._head = None
        request = HTTPRequest(head, self._body if head.is_post else None)
        request_id = identify(head.headers)
        reply = path.start(request)
        if isinstance(reply, Started):
            self.headers.append((HEADER, request_id))
            self._take_long_path(reply)
            super().on_body(self._body)
            super().on_message_complete()
        else:
            self._send(request, reply, request_id)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let an incomplete request end as on the long path."""
        self._leave_short_path()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Shut down gracefully: the rest of a request that has begun is awaited, as on the long path."""
        self._leave_short_path()
        super().shutdown()

    def _leave_short_path(self) -> None:
        if self._head is not None:
            self._head = None
            self._take_long_path()
            super().on_body(self._body)

    def _take_long_path(self, started: Started | None = None) -> None:
        url, headers, expect_100_continue = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expect_100_continue
        self.headers += headers
        if self._length is not None:
            self.headers.append((_CONTENT_LENGTH, self._length))
        if started is not None:
            self.scope[STARTED] = started  # type: ignore[literal-required] # our own key
        super().on_headers_complete()

    def _send(self, request: HTTPRequest, reply: Reply, request_id: bytes) -> None:
        path = self._short_path
        assert path is not None  # noqa: S101 - for the type checker: the request took the short path
        defaults, date = self._date
        if defaults is not self.server_state.default_headers:  # replaced once a second
            defaults = self.server_state.default_headers
            date = b"".join([b"%b: %b\r\n" % header for header in defaults])
            self._date = (defaults, date)
        body = reply.body
        keep_alive = self.parser.should_keep_alive()
        head = b"%b%bx-request-id: %b\r\n%b%b\r\n" % (
            path.response_head(reply.head, request.head.headers.get(b"origin")),
            date,
            request_id,
            b"content-length: %d\r\n" % len(body) if reply.head.status not in NO_BODY else b"",
            b"" if keep_alive else b"connection: close\r\n",
        )
        transport = self.transport
        if request.head.method == "HEAD":
            transport.write(head)
        elif len(body) < _ONE_WRITE:
            transport.write(head + body)
        else:
            transport.write(head)
            transport.write(body)
        ended = self._idle_since = perf_counter()
        path.log(request, reply.head.status, ended - self._started)
        self.server_state.total_requests += 1
        if not keep_alive:
            transport.close()
