"""Executes an operation of a document whose literals may be variables."""

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
    """Return the answer of an operation, and the context that it was executed in.

    An error names literals and their places, and a variable's has another text. An answer with errors is therefore that
    of the document as it was written, which is executed anew.

    Args:
        document: The document.
        operation_name: The operation's name; None for the only one.
        variables: The client's variables.
        new_context: Makes the context of an execution.
        writer: Writes the answer.

    Raises:
        BadUserInput: The document has no such operation, or several and no name chooses one.
    """
    context = new_context()
    given = {**variables, **document.literals} if document.literals else variables
    answer = await execute(document.operation(operation_name), context, given, writer)
    if answer.errors and document.exact is not None:
        exact = document.exact()
        return await execute_document(
            exact, operation_name=operation_name, variables=variables, new_context=new_context, writer=writer
        )
    return answer, context
