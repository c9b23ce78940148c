"""The one place that decides what of an error a client sees, and logs what it does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from errors import MAX_MESSAGE, MAX_SHOWN, BadUserInput, ClientError, Overloaded, clipped
from web.answers import json_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.responses import Response

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL_SERVER_ERROR"
_MASKED = "Something went wrong on the server. The log has it under this request's id (header X-Request-ID)."

# A name or a value in one of graphql-core's messages, which quotes them whole. A value that is cut already stays as it
# is, with its quotes and the punctuation behind it.
_LONG_WORD = re.compile(rf"\S{{{MAX_SHOWN + 10},}}")

log = structlog.get_logger("graphql")


def document_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Return what is wrong with a document as the client sees it: all of it."""
    return [
        {
            **_place(error),
            "extensions": {"code": PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED},
        }
        for error in errors
    ]


def execution_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Return errors as the client sees them: each with its code, and with its text where that is meant for clients.

    What is kept from the client is logged, all of one answer in one line.
    """
    formatted, masked = [], []
    for error in errors:
        shown = _shown(error)
        if shown is None:
            masked.append(error)
            shown = {"message": _MASKED, "extensions": {"code": INTERNAL}}
        formatted.append({**_place(error), **shown})
    if masked:
        # By field names: a path would hold the client's own aliases.
        fields = sorted({node.name.value for error in masked for node in error.nodes or () if hasattr(node, "name")})
        log.error("masked_error", count=len(masked), fields=fields, exc_info=_cause(masked[0]))
    return formatted


def internal_error(error: Exception) -> Response:
    """Log an exception that nothing has caught, and return the answer in its place."""
    log.error("masked_error", exc_info=error)
    return json_answer({"errors": [{"message": _MASKED, "extensions": {"code": INTERNAL}}]}, status=500)


def ending() -> Response:
    """Return the answer to a request that the server gives up because it ends."""
    error = {"message": "The server is ending; ask again.", "extensions": {"code": Overloaded.code}}
    return json_answer({"errors": [error]}, status=503, headers={"Retry-After": "1"})


def _place(error: GraphQLError) -> dict[str, Any]:
    placed: dict[str, Any] = {"message": _bounded(error.message)}
    if error.locations:
        placed["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        placed["path"] = error.path
    return placed


def _bounded(message: str) -> str:
    """Return a message with its long words cut, and cut itself; the text of a `ClientError` is short already."""
    if len(message) <= MAX_SHOWN:
        return message
    return clipped(_LONG_WORD.sub(lambda word: clipped(word[0]), message), MAX_MESSAGE)


def _shown(error: GraphQLError) -> dict[str, Any] | None:
    """Return the message and the extensions that a client is to see; None if the error is none of its business."""
    cause = _cause(error)
    match cause:
        case ClientError():
            return {"message": str(cause), "extensions": cause.extensions}
        # graphql-core's own: of a variable without a path, of an argument with the node that it stands in. Its errors
        # about values that resolvers returned have neither, and are ours.
        case GraphQLError() if error.path is None or cause.nodes:
            return {"message": _bounded(error.message), "extensions": {"code": BadUserInput.code}}
        case _:
            return None


def _cause(error: GraphQLError) -> BaseException:
    """Return the exception that a GraphQL error stands for, however often it was wrapped."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
