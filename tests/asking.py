"""Asks the graph in process: the same schema and context as the server's, without HTTP."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
from strawberry.types import ExecutionResult

from execution.executor import ColumnarExecutor
from execution.json_text import JsonWriter, json_bytes
from execution.kept_columns import KeptColumns
from execution.rendered_rows import RenderedRows
from resolvers.context import Limits, RequestContext
from resolvers.views.fitter import LogisticFitter
from timelines.loader import Loader
from timelines.reader import RawReader
from web.documents import Documents
from web.operations import execute
from web.parsing import InvalidDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable

    from strawberry.federation import Schema

    from tables.dataset import Dataset


class Graph:
    """A schema over a dataset.

    Args:
        schema: The schema, with whichever executor.
        dataset: The dataset.
        as_json: Whether documents are planned and kept, and answers written as JSON, as over HTTP, and read back.
        limits: What a request may ask for.
    """

    def __init__(
        self, schema: Schema, dataset: Dataset, *, as_json: bool = False, limits: Limits | None = None
    ) -> None:
        self._schema = schema
        self._documents = Documents(schema._schema)  # noqa: SLF001 - as the endpoint does
        self.dataset = dataset
        self._limits = limits or Limits()
        self._writer = JsonWriter(RenderedRows(2**26)) if as_json else None
        self._kept = KeptColumns(2**23) if as_json else None

    def answer(self, query: str, **variables: Any) -> ExecutionResult:  # noqa: ANN401 - any variables
        """Return data, errors and extensions."""

        async def answered() -> ExecutionResult:
            raw, fitter = RawReader(Loader(self.dataset.raw)), LogisticFitter()

            def new_context() -> RequestContext:
                return RequestContext(
                    dataset=self.dataset,
                    raw=raw,
                    fitter=fitter,
                    limits=self._limits,
                    writer=self._writer,
                    kept=self._kept,
                )

            try:
                result = await self._execute(query, variables, new_context)
                # What a failed request left under way ends by itself in a server's loop; this loop ends before it.
                left = asyncio.all_tasks() - {asyncio.current_task()}
                await asyncio.gather(*left, return_exceptions=True)
                return result
            finally:
                raw.close()
                fitter.close()

        result = asyncio.run(answered())
        if self._writer is not None and result.data is not None:
            result.data = orjson.loads(json_bytes(result.data))
        return result

    async def _execute(
        self, query: str, variables: dict[str, Any], new_context: Callable[[], RequestContext]
    ) -> ExecutionResult:
        if self._writer is None:
            context = new_context()
            result = await self._schema.execute(query, variable_values=variables, context_value=context)
            result.extensions = context.extensions()
            return result
        try:
            document = self._documents.document(query)
        except InvalidDocumentError as invalid:
            return ExecutionResult(data=None, errors=invalid.errors, extensions={})
        found, context = await execute(
            ColumnarExecutor, document, operation_name=None, variables=variables, new_context=new_context
        )
        return ExecutionResult(data=found.data, errors=found.errors, extensions=context.extensions())

    def ask(self, query: str, **variables: Any) -> Any:  # noqa: ANN401 - the answer's own shape
        """Return the data of an answer without errors."""
        result = self.answer(query, **variables)
        assert result.errors is None, result.errors
        return result.data

    def refusal(self, query: str, **variables: Any) -> Any:  # noqa: ANN401 - the error's own shape
        """Return the single error of an answer."""
        errors = self.answer(query, **variables).errors
        assert errors is not None
        assert len(errors) == 1, errors
        return errors[0]
