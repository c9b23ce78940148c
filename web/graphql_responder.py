"""Response to a GraphQL request that has arrived in full: caches, execution, headers and compression."""

from __future__ import annotations

from asyncio import sleep
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from errors import BadUserInput, ClientError, RequestRefused
from execution.strawberry_internals import core_schema
from web.answer_cache import AnswerCache
from web.answers import PLAIN_HEADS, Head, Reply, answer, errors_answer, not_modified, refusal
from web.caching import NOT_CACHED, EntityTags, cache_headers, matches
from web.compression import MIN_THREADED, Compressor
from web.documents import Documents
from web.graphql_request import CostReport, accepted_encodings, check_revision, read_request
from web.masking import document_errors, execution_errors
from web.negotiation import GRAPHQL_RESPONSE, JSON
from web.operations import execute_document
from web.parsing import InvalidDocumentError
from web.variable_limits import check_variables
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from strawberry.federation import Schema

    from caches import Caches
    from execution.cost import CostLimit
    from web.answer_cache import CachedAnswer, Key
    from web.documents import Document
    from web.graphql_request import GraphQLRequest, HTTPRequest
    from web.negotiation import Encoding, Negotiated
    from web.persisted import PersistedDocuments
    from web.security_headers import Header
    from writers.json_answer import Answer


@dataclass(slots=True)
class _Outcome:
    """A response before compression.

    Args:
        head: Its head, without the headers of all responses.
        body: Its body.
        cached: The cached answer that is its body.
        key: The key of the answer, if equal requests may get the same response.
    """

    head: Head
    body: bytes
    cached: CachedAnswer | None = None
    key: Key | None = None

    @classmethod
    def of(cls, reply: Reply) -> _Outcome:
        """Return the outcome with this response."""
        return cls(reply.head, reply.body)


class GraphQLResponder:
    """Responds to GraphQL requests.

    Args:
        schema: The schema.
        new_context: Creates the context of a request.
        cost_limit: Limit of the estimated cost of a request.
        revision: Revision of the data that all contexts share.
        release: Text that changes with code and settings, for entity tags.
        max_body_bytes: Maximum length of a request body.
        caches: The caches of the process.
        persisted: The persisted documents.
        fresh_seconds: Maximum age of GET responses in HTTP caches.

    Attributes:
        documents: Documents of clients.
        persisted: As passed.
        cost_limit: As passed.
        revision: As passed.
        writer: Writes answers as JSON.
        max_body_bytes: As passed.
    """

    def __init__(  # noqa: PLR0913 - the parts of a server that meet here; each is named at the one call
        self,
        schema: Schema,
        *,
        new_context: Callable[[], Any],
        cost_limit: CostLimit,
        revision: str,
        release: str,
        max_body_bytes: int,
        caches: Caches,
        persisted: PersistedDocuments,
        fresh_seconds: int,
    ) -> None:
        self.max_body_bytes = max_body_bytes
        self.documents = Documents(core_schema(schema), caches.documents, caches.frames)
        self._new_context = new_context
        self.cost_limit = cost_limit
        self.writer = JsonWriter(caches.texts)
        self.revision = revision
        self._answers = AnswerCache(caches.answers)
        self._compressor = Compressor()
        self.persisted = persisted
        self.sdl = schema.as_str()
        self._entity_tags = EntityTags(self.sdl, release)
        self.fresh_seconds = fresh_seconds
        # Heads of frequent responses: without them, each response takes 2 µs longer.
        self._heads: dict[tuple[Head, Encoding | None, bool], Head] = {}

    def close(self) -> None:
        """Release the threads."""
        self._compressor.close()

    async def respond(self, http: HTTPRequest) -> Reply:
        """Return the response.

        The caller may run this coroutine outside of a task, until it suspends for the first time; from then on it must
        run in a task. A request that need not wait for anything never suspends.
        """
        # Without this path a repeated answer takes 64 µs of CPU instead of 32, and 30% more with uvicorn around it.
        head = http.head
        sent = (head.query_string if http.body is None else http.body, *head.decisive)
        found = self._answers.response(sent)
        if found is not None:
            reply, http.operation = found
            return reply
        media_type = head.media_type
        try:
            request = read_request(http, max_body_bytes=self.max_body_bytes)
            outcome = await self._execute(http, request, media_type)
        except InvalidDocumentError as invalid:
            outcome = self._invalid(http, invalid, media_type)
        except RequestRefused as error:
            outcome = _Outcome.of(refusal(error, media_type=media_type))
        except ClientError as error:
            outcome = _Outcome.of(_not_executed([error.entry], media_type))
        reply = await self._finished(outcome, head.accepted, is_post=head.is_post)
        if outcome.key is not None:
            self._answers.remember(sent, outcome.key, reply)
        return reply

    async def refuse(
        self, method: str, headers: Mapping[bytes, bytes], error: RequestRefused, *, media_type: str
    ) -> Reply:
        """Return the response to a request whose body is not read."""
        outcome = _Outcome.of(refusal(error, media_type=media_type))
        return await self._finished(outcome, accepted_encodings(headers), is_post=method == "POST")

    async def _finished(self, outcome: _Outcome, accepted: Negotiated | None, *, is_post: bool) -> Reply:
        """Add the headers of all responses, and compress the body if the client accepts that."""
        head, body = outcome.head, outcome.body
        encoding: Encoding | None = None
        if accepted is not None and body:
            body, encoding = await self._encoded(outcome, accepted)
        key = (head, encoding, is_post)
        finished = self._heads.get(key)
        if finished is None:
            finished = self._finished_head(head, encoding, is_post=is_post)
            if PLAIN_HEADS.get(JSON) is head or PLAIN_HEADS.get(GRAPHQL_RESPONSE) is head:
                self._heads[key] = finished
        return Reply(finished, body)

    async def _encoded(self, outcome: _Outcome, accepted: Negotiated) -> tuple[bytes, Encoding | None]:
        """Return the body to send and its encoding; None if it is not compressed."""
        cached, body = outcome.cached, outcome.body
        is_compressed = cached is not None and accepted.encoding in cached.forms
        encoding = None if is_compressed else self._compressor.encoding(body, accepted)
        if encoding is not None and len(body) >= MIN_THREADED:
            await sleep(0)  # from here on in a task
        if cached is not None:
            return await self._answers.form(cached, accepted, self._compressor)
        if encoding is not None:
            body = await self._compressor.encoded(body, encoding)
        return body, encoding

    def _finished_head(self, head: Head, encoding: Encoding | None, *, is_post: bool) -> Head:
        headers: list[Header] = [*head.headers, (b"x-dataset-revision", self.revision.encode())]
        if not is_post and not any(name == b"cache-control" for name, _ in headers):
            headers.append((b"cache-control", NOT_CACHED.encode()))
        if encoding is not None:
            headers.append((b"content-encoding", encoding.encode()))
        return Head(head.status, tuple(headers))

    def key(self, request: GraphQLRequest) -> Key:
        """Return everything that the answer to a request depends on.

        Raises:
            RequestRefused: The request is for another revision.
            ClientError: The variables, or the hash of the document, are not allowed.
        """
        if request.revision is not None:
            check_revision(request.revision, self.revision)
        if request.variables:
            check_variables(request.variables)
        text = self.persisted.text(request.query, request.persisted, request.document_id)
        return self.revision, text, request.operation_name, _canonical(request.variables)

    def _invalid(self, http: HTTPRequest, invalid: InvalidDocumentError, media_type: str) -> _Outcome:
        if invalid.mutates and not http.head.is_post:
            error = RequestRefused(405, "A mutation by GET is not allowed; use POST.", {"Allow": "POST"})
            return _Outcome.of(refusal(error, media_type=media_type))
        return _Outcome.of(_not_executed(document_errors(invalid.errors), media_type))

    async def _execute(self, http: HTTPRequest, request: GraphQLRequest, media_type: str) -> _Outcome:
        """Return the response before compression.

        Raises:
            InvalidDocumentError: The document is invalid.
            RequestRefused: The error has an HTTP status of its own.
            ClientError: Any other error that concerns the whole request.
        """
        key = self.key(request)
        text = key[1]
        is_cacheable = not http.head.is_post and request.cost is None
        document = self.documents.document(text) if is_cacheable else None
        cache_control = {} if document is None else self.cache_control(document, request, key)
        listed = http.head.headers.get(b"if-none-match", b"").strip() if cache_control else b""
        if listed and matches(listed, cache_control["ETag"]):
            return _Outcome.of(not_modified(cache_control))
        matches_any = listed == b"*"  # it matches any answer, so it needs one without errors
        cached = None if request.cost else self._answers.get(key)
        if cached is not None:
            self.persisted.remember(text, request.persisted)
            http.operation = cached.operation
            if matches_any:
                return _Outcome.of(not_modified(cache_control))
            repeated = None if self.persisted.registers(request.persisted) else key
            return _Outcome(_head(media_type, cache_control), cached.body, cached, repeated)
        document = document or self.documents.document(text)
        operation = document.operation(request.operation_name)
        self.persisted.remember(text, request.persisted)
        http.operation = operation.name
        result, context = await execute_document(
            document,
            operation,
            variables=request.variables or {},
            new_context=self._new_context,
            writer=self.writer,
            limit=self.cost_limit,
            is_executed=request.cost is not CostReport.VALIDATE,
        )
        extensions = context.extensions()
        if request.cost is not None and result.cost is not None:
            extensions["cost"] = result.cost
        if result.errors or request.cost is not None or not context.repeatable:
            return _Outcome.of(_executed(result, media_type, extensions))
        body = result.as_json({"extensions": extensions} if extensions else {})
        # From the second request on: caching every answer makes those that never repeat 20 to 25% slower, since each
        # writes 100 kB of fresh memory.
        self._answers.put(key, body, operation.name)
        if matches_any:
            return _Outcome.of(not_modified(cache_control))
        return _Outcome(_head(media_type, cache_control), body)

    def cache_control(self, document: Document, request: GraphQLRequest, key: Key) -> dict[str, str]:
        """Return the headers of an answer for HTTP caches."""
        scope = document.operation(request.operation_name).cache_scope
        tag, pinned = self._entity_tags.tag(key), request.revision == self.revision
        return cache_headers(tag, scope, seconds=self.fresh_seconds, pinned=pinned)


def _head(media_type: str, headers: dict[str, str]) -> Head:
    """Return the head of an answer."""
    return answer(b"", media_type=media_type, headers=headers).head if headers else PLAIN_HEADS[media_type]


def _canonical(variables: dict[str, Any] | None) -> bytes:
    """Return variables as JSON, independent of their order.

    Raises:
        BadUserInput: They are nested too deeply for any input of the schema.
    """
    try:
        return orjson.dumps(variables, option=orjson.OPT_SORT_KEYS) if variables else b""
    except orjson.JSONEncodeError:
        raise BadUserInput("Variable values are nested too deeply.") from None


def _not_executed(errors: list[dict[str, Any]], media_type: str) -> Reply:
    """Return errors without `data`; with status 200 as `application/json`, as clients of that media type expect."""
    return errors_answer(errors, status=400 if media_type == GRAPHQL_RESPONSE else 200, media_type=media_type)


def _executed(result: Answer, media_type: str, extensions: dict[str, Any]) -> Reply:
    errors = execution_errors(result.errors) if result.errors else []
    if errors and result.data is None and all("path" not in error for error in errors):  # variables of the wrong type
        return _not_executed(errors, media_type)
    members = {"errors": errors, "extensions": extensions}
    return answer(result.as_json({name: value for name, value in members.items() if value}), media_type=media_type)
