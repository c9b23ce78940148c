"""Execute an operation of a document whose literals may be variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from graphql import ExecutionResult

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from execution.executor import RowByRowExecutor
    from web.documents import Document

Context = TypeVar("Context")


async def execute(
    executor: type[RowByRowExecutor],
    document: Document,
    *,
    operation_name: str | None,
    variables: Mapping[str, Any],
    new_context: Callable[[], Context],
) -> tuple[ExecutionResult, Context]:
    """Return the result of an operation, and the context that it was executed in.

    An error names literals and their places, and a variable's has another text. An answer with errors is therefore that
    of the document as it was written, which is executed anew.

    Args:
        executor: Executes operations.
        document: The document.
        operation_name: The operation's name; None for the only one.
        variables: The client's variables.
        new_context: Makes the context of an execution.

    Raises:
        BadUserInput: The document has no such operation, or several and no name chooses one.
    """
    context = new_context()
    result = executor.follow(document.plan(operation_name), context, {**variables, **document.literals})
    if not isinstance(result, ExecutionResult):
        result = await result
    if result.errors and document.exact is not None:
        exact = document.exact()
        return await execute(
            executor, exact, operation_name=operation_name, variables=variables, new_context=new_context
        )
    return result, context
