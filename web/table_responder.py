"""Responds to requests for tables: the rows of a query as Arrow, Parquet, CSV or NDJSON."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response, StreamingResponse
from starlette_compress import add_compress_type

from errors import BadUserInput, ClientError, RequestRefused
from execution.leaves import NotColumnarError
from web.answers import VARY, errors_answer, not_modified, refusal
from web.caching import NOT_CACHED, matches
from web.compression import CompressionMiddleware
from web.graphql_request import CostReport, read_request
from web.masking import document_errors, execution_errors, internal_error
from web.operations import execute_document
from web.parsing import InvalidDocumentError
from writers.flat_columns import flat_batches
from writers.table_answer import BATCH_ROWS, TableFailedError, execute_table
from writers.table_formats import ARROW, CSV, NDJSON, encoded

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from starlette.types import ASGIApp

    from execution.cost import CostLimit
    from execution.operation import Operation
    from web.documents import Document
    from web.graphql_request import GraphQLRequest, HTTPRequest
    from web.graphql_responder import GraphQLResponder
    from web.table_request import TableRequest
    from writers.table_answer import TableAnswer

_FEW_CELLS = 50_000  # at most 10 ms; a change of threads takes 0.1 ms
_LONGEST_WARNINGS = 4_000  # proxies limit a header to 8 KiB


class TableResponder:
    """Responds to requests for tables.

    Args:
        responder: Responds to the same requests as JSON.
        new_context: Creates the context of a request, with the limits of tables.
        cost_limit: Limit of the cost, with the page size of tables.
        provenance: Texts for the metadata of each table: `dataset`, `revision` and `citation`.
    """

    def __init__(
        self,
        responder: GraphQLResponder,
        *,
        new_context: Callable[[], Any],
        cost_limit: CostLimit,
        provenance: Mapping[str, str],
    ) -> None:
        self._responder = responder
        self._new_context = new_context
        self._cost_limit = cost_limit
        self._provenance = provenance
        # One thread: a client that reads slowly does not occupy it, since it computes only the next part.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tables")
        for form in (ARROW, CSV, NDJSON):
            add_compress_type(form.media_type)

    def close(self) -> None:
        """Release the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def respond(self, http: HTTPRequest, table: TableRequest) -> ASGIApp:
        """Return the response; each error is JSON with a status other than 200."""
        try:
            request = read_request(http, max_body_bytes=self._responder.max_body_bytes)
            if request.cost is CostReport.VALIDATE:
                return await self._responder.respond(http)
            return await self._respond(http, request, table)
        except InvalidDocumentError as invalid:
            return errors_answer(document_errors(invalid.errors), status=400)
        except RequestRefused as error:
            return refusal(error)
        except ClientError as error:
            return errors_answer([error.entry], status=400)

    async def _respond(self, http: HTTPRequest, request: GraphQLRequest, requested: TableRequest) -> ASGIApp:
        responder, head = self._responder, http.head
        key = responder.key(request)
        text = key[1]
        document = responder.documents.document(text)
        operation = document.operation(request.operation_name)
        responder.persisted.remember(text, request.persisted)
        http.operation = operation.name
        cache_control: dict[str, str] = {}
        if not head.is_post and request.cost is None:
            variables = key[3] + f"\0{requested.key}".encode(errors="surrogatepass")
            cache_control = responder.cache_control(document, request, (*key[:3], variables))
        listed = head.headers.get(b"if-none-match", b"").strip() if cache_control else b""
        if listed and matches(listed, cache_control["ETag"]):
            return not_modified(cache_control)
        context = self._new_context()
        given = request.variables or {}
        try:
            table = await execute_table(
                operation,
                context,
                {**given, **document.literals},
                limit=self._cost_limit,
                limit_of_page=responder.cost_limit,
                is_flat=requested.form.is_flat,
            )
        except TableFailedError as failed:
            return await self._failed(failed, document, operation, given)
        if not context.repeatable:
            cache_control = {}
        warnings = context.extensions().get("warnings", [])
        parts = self._parts(table, requested, self._metadata(request, text, warnings))
        is_small = table.row_count * len(table.columns) <= _FEW_CELLS
        first = next(parts) if is_small else await self._next(parts)
        if head.method == "HEAD" and _is_streamed(table):
            parts = iter(())  # the server sends no body
        if listed == b"*":
            return not_modified(cache_control)
        headers = self._headers(table, requested, operation, warnings) | cache_control
        if not head.is_post and not cache_control:
            headers["Cache-Control"] = NOT_CACHED
        if request.cost is not None:
            headers["GraphQL-Cost"] = str(table.cost)
        return _compressed(self._response(first, parts, table, headers), requested)

    def _response(
        self, first: bytes, parts: Iterator[bytes], table: TableAnswer, headers: Mapping[str, str]
    ) -> Response:
        if _is_streamed(table):
            return StreamingResponse(self._streamed(first, parts), headers=headers)
        return Response(b"".join((first, *parts)), headers=headers)

    async def _streamed(self, part: bytes | None, parts: Iterator[bytes]) -> AsyncIterator[bytes]:
        while part is not None:
            yield part
            part = await self._next(parts)

    async def _next(self, parts: Iterator[bytes]) -> Any:  # noqa: ANN401 - None at the end
        return await asyncio.get_running_loop().run_in_executor(self._thread, next, parts, None)

    def _metadata(self, request: GraphQLRequest, text: str, warnings: list[Any]) -> dict[str, str]:
        found = {**self._provenance, "query": text}
        if request.variables:
            found["variables"] = orjson.dumps(request.variables).decode()
        if warnings:
            found["warnings"] = orjson.dumps(warnings).decode()
        return found

    def _parts(self, table: TableAnswer, requested: TableRequest, metadata: Mapping[str, str]) -> Iterator[bytes]:
        """Return the parts of the body; the first one reports all errors."""
        digest = table.digest()
        schema = table.schema.with_metadata({**metadata, "digest": digest} if digest else metadata)
        batches = table.batches
        if requested.form.is_flat:
            schema, batches = flat_batches(schema, batches, table.columns, requested.explode)
        yield from encoded(requested.form, schema, batches)

    def _headers(
        self, table: TableAnswer, requested: TableRequest, operation: Operation, warnings: list[Any]
    ) -> dict[str, str]:
        form = requested.form
        headers = {
            "Content-Type": form.content_type,
            "Content-Disposition": f'attachment; filename="{operation.name or table.name}.{form.name}"',
            "X-Dataset-Revision": self._provenance["revision"],
            "X-Total-Count": str(table.total_count),
            "Vary": VARY,
        }
        if warnings:
            texts = [warning["message"] for warning in warnings]
            while len(text := "; ".join(texts).encode("ascii", "backslashreplace").decode()) > _LONGEST_WARNINGS:
                texts.pop()
            headers["X-Warnings"] = text
        return headers

    async def _failed(
        self, failed: TableFailedError, document: Document, operation: Operation, given: Mapping[str, Any]
    ) -> ASGIApp:
        """Return the errors that the same request has as JSON."""
        answer, _ = await execute_document(
            document,
            operation,
            variables=given,
            new_context=self._new_context,
            writer=self._responder.writer,
            limit=self._cost_limit,
        )
        if answer.errors:
            return errors_answer(execution_errors(answer.errors), status=400)
        cause = failed.__cause__
        if isinstance(cause, NotColumnarError):
            raise BadUserInput(f"This selection has no table: {cause}.") from None
        return internal_error(cause if isinstance(cause, Exception) else failed)


def _is_streamed(table: TableAnswer) -> bool:
    return table.is_lazy and table.row_count > BATCH_ROWS


def _compressed(response: Response, requested: TableRequest) -> ASGIApp:
    return response if requested.form.name == "parquet" else CompressionMiddleware(response)
