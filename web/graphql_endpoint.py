"""GraphQL over HTTP by GET and POST, and the browser page at the same URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from errors import BadUserInput, ClientError, RequestRefused
from execution.strawberry_internals import core_schema
from web.answer_cache import AnswerCache
from web.answers import VARY, ReadyResponse, answer, errors_answer, refusal
from web.caching import NOT_CACHED, EntityTags, cache_headers, matches
from web.compression import MIN_THREADED, CompressionMiddleware, Compressor, compress
from web.documents import Documents
from web.graphql_request import CostReport, check_revision, holds_request, read_request
from web.lingering import LingeringClose
from web.masking import document_errors, execution_errors
from web.negotiation import GRAPHQL_RESPONSE, JSON, negotiated_encoding, negotiated_type, prefers_html
from web.operations import execute_document
from web.pages import ExplorerPage
from web.parsing import InvalidDocumentError
from web.persisted import PersistedDocuments
from web.request_body import combined_headers, read_body
from web.request_log import OPERATION_NAME
from web.variable_limits import check_variables
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send
    from strawberry.federation import Schema

    from caches import Caches
    from execution.cost import CostLimit
    from web.answer_cache import Key, RequestBytes
    from web.documents import Document
    from web.graphql_request import GraphQLRequest
    from writers.json_answer import Answer


# Headers that decide how a body is read and how its response is encoded.
_DECISIVE_HEADERS = (b"accept", b"accept-encoding", b"content-type", b"content-encoding", b"graphql-cost")


class GraphQLEndpoint:
    """Handles GraphQL requests.

    Args:
        schema: The schema.
        new_context: Creates the context of a request.
        cost_limit: Limit of the estimated cost of a request.
        revision: Revision of the data that all contexts share.
        release: Text that changes with code and settings, for entity tags.
        dist: Directory of the built browser pages.
        max_body_bytes: Maximum length of a request body.
        caches: The caches of the process.
        fresh_seconds: Maximum age of GET responses in HTTP caches.
    """

    def __init__(  # noqa: PLR0913 - the parts of the server, given by name
        self,
        schema: Schema,
        *,
        new_context: Callable[[], Any],
        cost_limit: CostLimit,
        revision: str,
        release: str,
        dist: Path,
        max_body_bytes: int,
        caches: Caches,
        fresh_seconds: int,
    ) -> None:
        self._documents = Documents(core_schema(schema), caches.documents, caches.frames)
        self._new_context = new_context
        self._cost_limit = cost_limit
        self._writer = JsonWriter(caches.texts)
        self._revision = revision
        self._page = CompressionMiddleware(ExplorerPage(dist))
        self._max_body_bytes = max_body_bytes
        self._answers = AnswerCache(caches.answers)
        self._compressor = Compressor()
        self._persisted = PersistedDocuments(caches.persisted_queries)
        self._entity_tags = EntityTags(schema.as_str(), release)
        self._fresh_seconds = fresh_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request."""
        headers = combined_headers(scope["headers"])
        accept = headers.get(b"accept", b"").decode("latin-1")
        if scope["method"] in {"GET", "HEAD"} and prefers_html(accept) and not holds_request(scope["query_string"]):
            response: ASGIApp = self._page
        else:
            response = await self._respond(scope, receive, headers, accept)
        if scope["method"] in {"GET", "HEAD"}:
            response = LingeringClose(response)  # the body of a GET is not read
        await response(scope, receive, send)

    def close(self) -> None:
        """Release the threads."""
        self._compressor.close()

    async def _respond(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes], accept: str) -> ASGIApp:
        media_type = JSON
        key: Key | None = None
        request_bytes: RequestBytes = ()
        try:
            media_type = negotiated_type(accept)
            body = await read_body(scope, receive, headers, max_body_bytes=self._max_body_bytes)
        except RequestRefused as error:
            return LingeringClose(await self._finished(scope, refusal(error, media_type=media_type), headers))
        try:
            # Without this path a repeated answer takes 64 µs of CPU instead of 32, and 30% more with uvicorn around it.
            request_bytes = (body, *map(headers.get, _DECISIVE_HEADERS)) if body is not None else ()
            if request_bytes and (cached := self._answers.response(request_bytes)) is not None:
                ready, scope[OPERATION_NAME] = cached
                return ready
            request = read_request(scope, body, headers, max_body_bytes=self._max_body_bytes)
            response, key = await self._response(scope, request, media_type, headers)
        except RequestRefused as error:
            response = refusal(error, media_type=media_type)
        response = await self._finished(scope, response, headers)
        if request_bytes and key is not None:
            self._answers.remember(request_bytes, key, ReadyResponse(response))
        return response

    async def _finished(self, scope: Scope, response: Response, headers: dict[bytes, bytes]) -> Response:
        """Add the headers of all responses, and compress the body if the client accepts that."""
        response.raw_headers.append((b"x-dataset-revision", self._revision.encode()))
        if scope["method"] != "POST":
            response.headers.setdefault("cache-control", NOT_CACHED)
        accept_encoding = headers.get(b"accept-encoding")
        if accept_encoding is not None:
            if len(response.body) < MIN_THREADED:
                compress(response, accept_encoding)
            else:
                await self._compressor.compress(response, accept_encoding)
        return response

    async def _response(
        self, scope: Scope, request: GraphQLRequest, media_type: str, headers: dict[bytes, bytes]
    ) -> tuple[Response, Key | None]:
        """Return the response, and the key of its answer if equal request bytes may get the same response.

        Raises:
            RequestRefused: The error has an HTTP status of its own.
        """
        try:
            return await self._execute(scope, request, media_type, headers)
        except InvalidDocumentError as invalid:
            if invalid.mutates and scope["method"] != "POST":
                raise RequestRefused(405, "A mutation by GET is not allowed; use POST.", {"Allow": "POST"}) from None
            errors = document_errors(invalid.errors)
        except RequestRefused:
            raise
        except ClientError as error:
            errors = [error.entry]
        return _not_executed(errors, media_type), None

    async def _execute(
        self, scope: Scope, request: GraphQLRequest, media_type: str, headers: dict[bytes, bytes]
    ) -> tuple[Response, Key | None]:
        check_revision(request.revision, self._revision)
        if request.variables:
            check_variables(request.variables)
        text = request.query if request.persisted is None else self._persisted.text(request.query, request.persisted)
        assert text is not None  # noqa: S101 - for the type checker: a request without a hash has a document
        key = (self._revision, text, request.operation_name, _canonical(request.variables))
        document: Document | None = None
        cache_control: dict[str, str] = {}
        if scope["method"] != "POST" and request.cost is None:
            document = self._documents.document(text)
            operation = document.operation(request.operation_name)
            pinned = request.revision == self._revision
            tag = self._entity_tags.tag(key)
            cache_control = cache_headers(tag, operation.cache_scope, seconds=self._fresh_seconds, pinned=pinned)
            if cache_control and matches(headers.get(b"if-none-match", b""), tag):
                return _not_modified(cache_control), None
        # `*` matches any answer, so it needs one without errors.
        matches_any = bool(cache_control) and headers.get(b"if-none-match", b"").strip() == b"*"
        cached = None if request.cost else self._answers.get(key)
        if cached is not None:
            self._persisted.remember(text, request.persisted)
            scope[OPERATION_NAME] = cached.operation
            if matches_any:
                return _not_modified(cache_control), None
            accepted = negotiated_encoding(headers.get(b"accept-encoding", b""))
            body, used = await self._answers.form(cached, accepted, self._compressor)
            encoding = {"Content-Encoding": used} if used else {}
            response = answer(body, media_type=media_type, headers=cache_control | encoding)
            # A request with a hash must reach `remember` each time.
            return response, key if request.persisted is None else None
        if document is None:
            document = self._documents.document(text)
        operation = document.operation(request.operation_name)
        self._persisted.remember(text, request.persisted)
        scope[OPERATION_NAME] = operation.name
        result, context = await execute_document(
            document,
            operation_name=request.operation_name,
            variables=request.variables or {},
            new_context=self._new_context,
            writer=self._writer,
            limit=self._cost_limit,
            is_executed=request.cost is not CostReport.VALIDATE,
        )
        extensions = context.extensions()
        if request.cost is not None and result.cost is not None:
            extensions["cost"] = result.cost
        if result.errors or request.cost is not None or not context.repeatable:
            return _executed(result, media_type, extensions), None
        body = result.as_json({"extensions": extensions} if extensions else {})
        # From the second request on: caching every answer makes those that never repeat 20 to 25% slower, since each
        # writes 100 kB of fresh memory.
        self._answers.put(key, body, operation.name)
        if matches_any:
            return _not_modified(cache_control), None
        return answer(body, media_type=media_type, headers=cache_control), None


def _not_modified(cache_control: dict[str, str]) -> Response:
    return Response(status_code=304, headers={"Vary": VARY, **cache_control})


def _canonical(variables: dict[str, Any] | None) -> bytes:
    """Return variables as JSON, independent of their order.

    Raises:
        BadUserInput: They are nested too deeply for any input of the schema.
    """
    try:
        return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b""
    except orjson.JSONEncodeError:
        raise BadUserInput("Variable values are nested too deeply.") from None


def _not_executed(errors: list[dict[str, Any]], media_type: str) -> Response:
    """Return errors without `data`; with status 200 as `application/json`, as clients of that media type expect."""
    return errors_answer(errors, status=400 if media_type == GRAPHQL_RESPONSE else 200, media_type=media_type)


def _executed(result: Answer, media_type: str, extensions: dict[str, Any]) -> Response:
    errors = execution_errors(result.errors) if result.errors else []
    if errors and result.data is None and all("path" not in error for error in errors):  # variables of the wrong type
        return _not_executed(errors, media_type)
    members = {"errors": errors, "extensions": extensions}
    return answer(result.as_json({name: value for name, value in members.items() if value}), media_type=media_type)
