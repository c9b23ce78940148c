"""The graph's address: GraphQL over HTTP by GET and POST, and the page for browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from web.graphql_request import RequestError, read_request
from web.masking import INTERNAL, formatted_error
from web.media_types import GRAPHQL_RESPONSE, JSON, negotiated, prefers_html
from web.pages import explorer_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import Receive, Scope, Send
    from strawberry.federation import Schema
    from strawberry.types import ExecutionResult

    from web.graphql_request import GraphQLRequest

_OPERATIONS = {"GET": {OperationType.QUERY}, "POST": {OperationType.QUERY, OperationType.MUTATION}}
_BAD_REQUEST = "BAD_REQUEST"


class GraphQLEndpoint:
    """Answers GraphQL requests, each within its own context.

    Args:
        schema: The schema.
        new_context: Makes the context of a request, and names the revision that it sees.
        dist: Where the built page lies.
    """

    def __init__(self, schema: Schema, *, new_context: Callable[[], Any], dist: Path) -> None:
        self._schema = schema
        self._new_context = new_context
        self._dist = dist

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        if request.method in ("GET", "HEAD") and "query" not in request.query_params and prefers_html(accept):
            return explorer_page(self._dist)
        media_type = negotiated(accept)
        if media_type is None:
            return _refusal(RequestError(406, f"accept {accept!r} fits neither {GRAPHQL_RESPONSE} nor {JSON}."), JSON)
        try:
            return await self._execute(request, await read_request(request), media_type)
        except RequestError as error:
            return _refusal(error, media_type)

    async def _execute(self, request: Request, asked: GraphQLRequest, media_type: str) -> Response:
        request.scope["graphql.operation_name"] = asked.operation_name
        context = self._new_context()
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                context_value=context,
                allowed_operation_types=_OPERATIONS[request.method],
            )
        except InvalidOperationTypeError as error:
            raise RequestError(405, error.as_http_error_reason(request.method), {"Allow": "POST"}) from error
        before_execution = isinstance(result, PreExecutionError)
        body = _body(result, before_execution=before_execution)
        status = 400 if media_type == GRAPHQL_RESPONSE and "data" not in body else 200
        headers = {"Vary": "Accept", "X-Dataset-Revision": context.dataset.provenance.revision}
        return Response(orjson.dumps(body), status, headers, media_type=f"{media_type}; charset=utf-8")


def _body(result: ExecutionResult, *, before_execution: bool) -> dict[str, Any]:
    """Return the response: without `data` where nothing was executed, as the specification says."""
    body: dict[str, Any] = {}
    errors = result.errors or []
    not_executed = before_execution or (result.data is None and all(error.path is None for error in errors))
    if not not_executed:
        body["data"] = result.data
    if errors:
        body["errors"] = [formatted_error(error, before_execution=before_execution) for error in errors]
    return body


def _refusal(error: RequestError, media_type: str) -> Response:
    code = INTERNAL if error.status >= 500 else _BAD_REQUEST  # noqa: PLR2004 - server errors
    body = {"errors": [{"message": str(error), "extensions": {"code": code}}]}
    return Response(
        orjson.dumps(body),
        error.status,
        {"Vary": "Accept", **error.headers},
        media_type=f"{media_type}; charset=utf-8",
    )
