"""The graph's address: GraphQL over HTTP by GET and POST, and the page for browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from errors import BadUserInput, ClientError, RequestRefused, shown
from execution.strawberry_internals import core_schema
from web.answer_cache import AnswerCache
from web.answers import VARY, ReadyResponse, answer, json_answer, refusal
from web.caching import NOT_CACHED, Validators, cache_headers, matches
from web.compression import CompressionMiddleware, compressed
from web.documents import Documents
from web.encodings import negotiated as negotiated_encoding
from web.graphql_request import holds_request, read_request
from web.lingering import Lingering
from web.masking import document_errors, execution_errors
from web.media_types import GRAPHQL_RESPONSE, JSON, negotiated, prefers_html
from web.operations import execute_document
from web.pages import explorer_app
from web.parsing import InvalidDocumentError
from web.persisted import PersistedDocuments
from web.request_body import combined_headers, read_body
from web.request_log import OPERATION_NAME
from web.revisions import check_revision
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send
    from strawberry.federation import Schema

    from caches import Caches
    from web.answer_cache import Key, Sent
    from web.documents import Document
    from web.graphql_request import GraphQLRequest
    from writers.json_answer import Answer


# Headers that decide how a body is read, and in what form it is answered.
_DECISIVE = (b"accept", b"accept-encoding", b"content-type", b"content-encoding")


class GraphQLEndpoint:
    """Answers GraphQL requests, each within its own context.

    Args:
        schema: The schema.
        new_context: Makes the context of a request.
        revision: Of the data that all of them see.
        release: What else may change an answer, for entity tags.
        dist: Where the built page lies.
        max_body_bytes: The longest request body.
        caches: The caches of the process.
        fresh_seconds: How long caches may use an answer by GET without asking.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        new_context: Callable[[], Any],
        revision: str,
        release: str,
        dist: Path,
        max_body_bytes: int,
        caches: Caches,
        fresh_seconds: int,
    ) -> None:
        self._documents = Documents(core_schema(schema), caches.documents, caches.frames)
        self._new_context = new_context
        self._writer = JsonWriter(caches.texts)
        self._revision = revision
        self._page = CompressionMiddleware(explorer_app(dist))
        self._max_body_bytes = max_body_bytes
        self._answers = AnswerCache(caches.answers)
        self._persisted = PersistedDocuments(caches.persisted_queries)
        self._validators = Validators(schema.as_str(), release)
        self._fresh_seconds = fresh_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        headers = combined_headers(scope["headers"])
        accept = headers.get(b"accept", b"").decode("latin-1")
        if scope["method"] in {"GET", "HEAD"} and prefers_html(accept) and not holds_request(scope["query_string"]):
            response: ASGIApp = self._page
        else:
            response = await self._answer(scope, receive, headers, accept)
        if scope["method"] in {"GET", "HEAD"}:
            response = Lingering(response)  # nobody reads the body that a GET may have
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, headers: dict[bytes, bytes], accept: str) -> ASGIApp:
        """Answer or refuse; either way the answer names the revision that it is of."""
        media_type = negotiated(accept)
        if media_type is None:
            unfit = RequestRefused(406, f"accept {shown(accept)} fits neither {GRAPHQL_RESPONSE} nor {JSON}.")
            return Lingering(self._finished(scope, refusal(unfit), headers))
        key: Key | None = None
        sent: Sent = ()
        try:
            body = await read_body(scope, receive, headers, max_body_bytes=self._max_body_bytes)
        except RequestRefused as error:
            return Lingering(self._finished(scope, refusal(error, media_type=media_type), headers))
        try:
            # Without this path a repeated answer takes 64 µs of CPU instead of 32, and 30% more with uvicorn around it.
            sent = (body, *map(headers.get, _DECISIVE)) if body is not None else ()
            if sent and (known := self._answers.response(sent)) is not None:
                ready, scope[OPERATION_NAME] = known
                return ready
            asked = read_request(scope, body, max_body_bytes=self._max_body_bytes)
            response, key = await self._response(scope, asked, media_type, headers)
        except RequestRefused as error:
            response = refusal(error, media_type=media_type)
        response = self._finished(scope, response, headers)
        if sent and key is not None:
            self._answers.remember(sent, key, ReadyResponse(response))
        return response

    def _finished(self, scope: Scope, response: Response, headers: dict[bytes, bytes]) -> Response:
        """Add what all answers have: the revision, a word to caches, and compression where it is accepted."""
        response.raw_headers.append((b"x-dataset-revision", self._revision.encode()))
        if scope["method"] != "POST":
            response.headers.setdefault("cache-control", NOT_CACHED)
        accept_encoding = headers.get(b"accept-encoding")
        return response if accept_encoding is None else compressed(response, accept_encoding)

    async def _response(
        self, scope: Scope, asked: GraphQLRequest, media_type: str, headers: dict[bytes, bytes]
    ) -> tuple[Response, Key | None]:
        """Return the response to what is asked, and the key of its answer if the request says nothing else.

        Raises:
            RequestRefused: HTTP has its own words for why there is none.
        """
        try:
            return await self._execute(scope, asked, media_type, headers)
        except InvalidDocumentError as invalid:
            if invalid.mutates and scope["method"] != "POST":
                raise RequestRefused(405, "a mutation by GET is not allowed.", {"Allow": "POST"}) from None
            errors = document_errors(invalid.errors)
        except RequestRefused:
            raise
        except ClientError as error:
            errors = [{"message": str(error), "extensions": error.extensions}]
        return _not_executed(errors, media_type), None

    async def _execute(
        self, scope: Scope, asked: GraphQLRequest, media_type: str, headers: dict[bytes, bytes]
    ) -> tuple[Response, Key | None]:
        check_revision(asked.revision, self._revision)
        text = asked.query if asked.persisted is None else self._persisted.text(asked.query, asked.persisted)
        assert text is not None  # noqa: S101 - for the type checker: a request without hash holds a document
        key = (self._revision, text, asked.operation_name, _canonical(asked.variables))
        document: Document | None = None
        told: dict[str, str] = {}
        if scope["method"] != "POST":
            document = self._documents.document(text)
            operation = document.operation(asked.operation_name)
            pinned = asked.revision == self._revision
            tag = self._validators.tag(key)
            told = cache_headers(tag, operation.cache_scope, seconds=self._fresh_seconds, pinned=pinned)
            if told and matches(headers.get(b"if-none-match", b""), tag):
                return _unchanged(told), None
        kept = self._answers.get(key)
        if kept is not None:
            self._persisted.remember(text, asked.persisted)
            scope[OPERATION_NAME] = kept.operation
            if told and headers.get(b"if-none-match", b"").strip() == b"*":
                return _unchanged(told), None
            accepted = negotiated_encoding(headers.get(b"accept-encoding", b"").decode("latin-1"))
            body, used = self._answers.form(kept, accepted)
            response = answer(body, media_type=media_type, headers=told | ({"Content-Encoding": used} if used else {}))
            # A hash, too, says something: which document is to be known by it.
            return response, key if asked.persisted is None else None
        if document is None:
            document = self._documents.document(text)
        operation = document.operation(asked.operation_name)
        self._persisted.remember(text, asked.persisted)
        scope[OPERATION_NAME] = operation.name
        result, context = await execute_document(
            document,
            operation_name=asked.operation_name,
            variables=asked.variables or {},
            new_context=self._new_context,
            writer=self._writer,
        )
        extensions = context.extensions()
        if result.errors or not context.repeatable:
            return _executed(result, media_type, extensions), None
        body = result.as_json({"extensions": extensions} if extensions else {})
        # From the second time on: caching each answer at once makes those that never repeat 20 to 25% dearer, since
        # 100 kB of fresh memory are written for each.
        self._answers.put(key, body, operation.name)
        if told and headers.get(b"if-none-match", b"").strip() == b"*":
            return _unchanged(told), None
        return answer(body, media_type=media_type, headers=told), None


def _unchanged(told: dict[str, str]) -> Response:
    """Return the response to a client that has the answer: its headers alone."""
    return Response(status_code=304, headers={"Vary": VARY, **told})


def _canonical(variables: dict[str, Any] | None) -> bytes:
    """Return the same text for the same variables, in whichever order they are given.

    Raises:
        BadUserInput: They are nested deeper than any input of the schema makes sense.
    """
    try:
        return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b""
    except orjson.JSONEncodeError:
        raise BadUserInput("Variable values are nested too deeply.") from None


def _not_executed(errors: list[dict[str, Any]], media_type: str) -> Response:
    """Return errors without `data`; `application/json` says so with 200, as before that had a specification."""
    return json_answer({"errors": errors}, status=400 if media_type == GRAPHQL_RESPONSE else 200, media_type=media_type)


def _executed(result: Answer, media_type: str, extensions: dict[str, Any]) -> Response:
    errors = execution_errors(result.errors) if result.errors else []
    if result.data is None and all("path" not in error for error in errors):  # the variables did not fit
        return _not_executed(errors, media_type)
    members = {"errors": errors, "extensions": extensions}
    return answer(result.as_json({name: value for name, value in members.items() if value}), media_type=media_type)
