"""Execution of a document whose literals may be variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from writers.json_answer import execute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from web.documents import Document
    from writers.json_answer import Answer
    from writers.json_writer import JsonWriter

Context = TypeVar("Context")


async def execute_document(
    document: Document,
    *,
    operation_name: str | None,
    variables: Mapping[str, Any],
    new_context: Callable[[], Context],
    writer: JsonWriter,
) -> tuple[Answer, Context]:
    """Execute an operation; return its answer and the context in which it was executed.

    Error messages quote literals and their locations, and differ for variables. An answer with errors is therefore
    computed again from the document with its literals, in a new context.

    Raises:
        BadUserInput: The document has no operation of this name, or several and no name is given.
    """
    context = new_context()
    values = {**variables, **document.literals} if document.literals else variables
    answer = await execute(document.operation(operation_name), context, values, writer)
    if answer.errors and document.exact is not None:
        document, context = document.exact(), new_context()
        answer = await execute(document.operation(operation_name), context, variables, writer)
    return answer, context
