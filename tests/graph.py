"""Runs queries against the graph in process: the schema and context of the server, without HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
from graphql import GraphQLError
from strawberry.types import ExecutionResult

from caches import ByteCache
from errors import ClientError, QueryTooComplex
from execution.strawberry_internals import core_schema
from resolvers.context import Limits, RequestContext
from resolvers.views.fitter import LogisticFitter
from schema.sizes import cost_limit
from tables.order import OrderCache
from timelines.loader import Loader
from timelines.reader import RawReader
from web.documents import Documents
from web.operations import execute_document
from web.parsing import InvalidDocumentError
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from strawberry.federation import Schema

    from tables.dataset import Dataset
    from timelines.packed import Decoded


class Graph:
    """A schema over a dataset; raw files stay in memory from one answer to the next.

    Args:
        schema: The schema.
        dataset: The dataset.
        row_by_row: Whether graphql-core executes everything row by row; else documents are compiled and answers
            written as JSON, as over HTTP, and decoded.
        limits: Limits of a request.
        estimates: Whether the cost of a request is estimated and limited before it runs.
    """

    def __init__(
        self,
        schema: Schema,
        dataset: Dataset,
        *,
        row_by_row: bool = False,
        limits: Limits | None = None,
        estimates: bool = True,
    ) -> None:
        self._schema = schema
        self.documents = Documents(core_schema(schema))
        self.dataset = dataset
        self._row_by_row = row_by_row
        self._orders = OrderCache(ByteCache(2**24, largest_share=1))
        self._limits = limits or Limits()
        self.cost_limit = cost_limit(dataset, self._limits) if estimates else None
        self._writer = JsonWriter(ByteCache(2**26))
        self._decoded: ByteCache[str, Decoded] = ByteCache(2**25, largest_share=1)

    def answer(self, query: str, **variables: Any) -> ExecutionResult:  # noqa: ANN401 - any variables
        """Return data, errors and extensions."""

        async def answered() -> ExecutionResult:
            raw, fitter = RawReader(Loader(self.dataset.raw), cache=self._decoded), LogisticFitter()

            def new_context() -> RequestContext:
                return RequestContext(
                    dataset=self.dataset,
                    orders=self._orders,
                    raw=raw,
                    fitter=fitter,
                    limits=self._limits,
                )

            try:
                result = await self._execute(query, variables, new_context)
                # A failed request may leave tasks, which a server's loop would finish; this loop ends now.
                unfinished = asyncio.all_tasks() - {asyncio.current_task()}
                await asyncio.gather(*unfinished, return_exceptions=True)
                return result
            finally:
                raw.close()
                fitter.close()

        return asyncio.run(answered())

    async def _execute(
        self, query: str, variables: dict[str, Any], new_context: Callable[[], RequestContext]
    ) -> ExecutionResult:
        if self._row_by_row:
            context = new_context()
            result = await self._schema.execute(query, variable_values=variables, context_value=context)
            result.extensions = context.extensions()
            return result
        try:
            document = self.documents.document(query)
        except InvalidDocumentError as invalid:
            return ExecutionResult(data=None, errors=invalid.errors, extensions={})
        fallbacks = self.documents.engine.fallbacks
        before = fallbacks["unexpected"]
        try:
            answer, context = await execute_document(
                document,
                document.operation(None),
                variables=variables,
                new_context=new_context,
                writer=self._writer,
                limit=self.cost_limit,
            )
        except QueryTooComplex as refusal:
            return ExecutionResult(
                data=None, errors=[GraphQLError(str(refusal), original_error=refusal)], extensions={}
            )
        if fallbacks["unexpected"] > before and not any(map(_is_unexpected, answer.errors)):
            raise AssertionError("execution as columns failed, but row-by-row execution found no error")
        data = None if answer.data is None else orjson.loads(b"".join(answer.data))
        return ExecutionResult(data=data, errors=list(answer.errors) or None, extensions=context.extensions())

    def ask(self, query: str, **variables: Any) -> Any:  # noqa: ANN401 - any shape
        """Return the data of an answer without errors."""
        result = self.answer(query, **variables)
        assert result.errors is None, result.errors
        return result.data

    def refusal(self, query: str, **variables: Any) -> Any:  # noqa: ANN401 - a GraphQL error
        """Return the single error of an answer."""
        errors = self.answer(query, **variables).errors
        assert errors is not None
        assert len(errors) == 1, errors
        return errors[0]


def _is_unexpected(error: GraphQLError) -> bool:
    return not isinstance(error.original_error, ClientError)
