"""GraphQL over HTTP by GET and POST, and the browser page at the same URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from errors import RequestRefused
from web.compression import CompressionMiddleware
from web.eager_start import resumed
from web.graphql_request import HTTPRequest, RequestHead, opens_editor
from web.negotiation import JSON, prefers_html
from web.pages import BuiltPage, without_slash
from web.request_body import combined_headers, read_body
from web.request_log import OPERATION_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.eager_start import Started
    from web.graphql_responder import GraphQLResponder
    from web.table_responder import TableResponder

# Key of the scope with a request that was started before.
STARTED = "graphql.started"


class GraphQLEndpoint:
    """Handles HTTP requests for the graph.

    Args:
        responder: Responds to GraphQL requests.
        tables: Responds to those for tables.
        dist: Directory of the built browser pages.
        root_field: The field that nests all fields of the root; None if they are at the root.
    """

    def __init__(
        self, responder: GraphQLResponder, tables: TableResponder, *, dist: Path, root_field: str | None
    ) -> None:
        self._responder = responder
        self._tables = tables
        self._page = CompressionMiddleware(BuiltPage(dist / "graphiql.html", root_field=root_field, negotiated=True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        headers = combined_headers(scope["headers"])
        accept = headers.get(b"accept", b"").decode("latin-1")
        response: ASGIApp
        if scope["method"] in {"GET", "HEAD"} and prefers_html(accept) and opens_editor(scope["query_string"]):
            response = await without_slash(Request(scope)) if scope["path"].endswith("/") else self._page
        else:
            response = await self._respond(scope, receive, headers)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes]) -> ASGIApp:
        started: Started | None = scope.get(STARTED)
        if started is not None:
            http = started.request
            await receive()  # the body, which has arrived: a response before it would close the connection
            try:
                return await resumed(started.coroutine)
            finally:
                scope[OPERATION_NAME] = http.operation
        media_type = JSON
        try:
            head = RequestHead(scope["method"], scope["query_string"], headers)
            media_type = head.media_type
            body = await read_body(scope, receive, headers, max_body_bytes=self._responder.max_body_bytes)
        except RequestRefused as error:
            return await self._responder.refuse(scope["method"], headers, error, media_type=media_type)
        http = HTTPRequest(head, body)
        try:
            if head.table is not None:
                return await self._tables.respond(http, head.table)
            return await self._responder.respond(http)
        finally:
            scope[OPERATION_NAME] = http.operation
