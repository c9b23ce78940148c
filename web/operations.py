"""Execution of a document whose literals may be variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from writers.json_answer import execute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from execution.cost import CostLimit
    from execution.operation import Operation
    from web.documents import Document
    from writers.json_answer import Answer
    from writers.json_writer import JsonWriter

Context = TypeVar("Context")


async def execute_document(
    document: Document,
    operation: Operation,
    *,
    variables: Mapping[str, Any],
    new_context: Callable[[], Context],
    writer: JsonWriter,
    limit: CostLimit | None = None,
    is_executed: bool = True,
) -> tuple[Answer, Context]:
    """Execute an operation; return its answer and the context in which it was executed.

    Error messages quote literals and their locations, and differ for variables. An answer with errors is therefore
    computed again from the document with its literals, in a new context.

    Args:
        document: The document.
        operation: Its operation to execute.
        variables: Variables of the client.
        new_context: Creates a context.
        writer: Writes the answer.
        limit: Limit of the cost; None for no limit.
        is_executed: Whether to execute the operation; otherwise the answer has only its cost.

    Raises:
        QueryTooComplex: The operation costs more than the limit.
    """
    context = new_context()
    values = {**variables, **document.literals} if document.literals else variables
    answer = await execute(operation, context, values, writer, limit=limit, is_executed=is_executed)
    if answer.errors and document.exact is not None:
        document, context = document.exact(), new_context()
        operation = document.operation(operation.name)
        answer = await execute(operation, context, variables, writer, limit=limit, is_executed=is_executed)
    return answer, context
