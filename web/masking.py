"""Error masking: the errors that clients see, and the log of those that they do not see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError

from errors import MAX_MESSAGE, MAX_SHOWN, BadUserInput, ClientError, Overloaded, TooManyErrors, clipped
from web.answers import errors_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.answers import Reply

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
_MASKED = {
    "message": "Internal server error. The server log has the details under this request's id (header X-Request-ID).",
    "extensions": {"code": "INTERNAL_SERVER_ERROR"},
}

# A name or value that a message of graphql-core quotes in full. A value that is truncated already stays unchanged, with
# its quotes and the punctuation that follows.
_LONG_WORD = re.compile(rf"\S{{{MAX_SHOWN + 10},}}")

log = structlog.get_logger("graphql")


def document_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Return the errors of a document for the client."""
    return [
        {
            **_located(error),
            "extensions": {"code": PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else VALIDATION_FAILED},
        }
        for error in errors
    ]


def execution_errors(errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
    """Return the errors of an execution for the client; those that are masked become one line in the log."""
    formatted, masked, omitted = [], [], 0
    for error in errors:
        if isinstance(error.original_error, TooManyErrors):
            omitted = error.original_error.omitted
        entry = _visible(error)
        if entry is None:
            masked.append(error)
            entry = _MASKED
        formatted.append({**_located(error), **entry})
    if masked:
        # By field name: paths contain aliases that the client chose.
        fields = sorted({node.name.value for error in masked for node in error.nodes or () if hasattr(node, "name")})
        log.error("masked_error", count=len(masked), omitted=omitted, fields=fields, exc_info=_cause(masked[0]))
    return formatted


def internal_error(error: Exception) -> Reply:
    """Log an unhandled exception, and return the response that masks it."""
    return errors_answer([masked_entry(error)], status=500)


def masked_entry(error: Exception) -> dict[str, Any]:
    """Log an unhandled exception, and return the error that masks it."""
    log.error("masked_error", exc_info=error)
    return _MASKED


def shutting_down() -> Reply:
    """Return the response to a request that the shutdown interrupts."""
    error = Overloaded("The server is shutting down; retry.")
    return errors_answer([error.entry], status=503, headers={"Retry-After": "1"})


def _located(error: GraphQLError) -> dict[str, Any]:
    entry: dict[str, Any] = {"message": _bounded(error.message)}
    if error.locations:
        entry["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    return entry


def _bounded(message: str) -> str:
    """Truncate a message and its long words."""
    if len(message) <= MAX_SHOWN:
        return message
    return clipped(_LONG_WORD.sub(lambda word: clipped(word[0]), message), MAX_MESSAGE)


def _visible(error: GraphQLError) -> dict[str, Any] | None:
    """Return message and extensions for the client; None for an error to mask."""
    cause = _cause(error)
    match cause:
        case ClientError():
            return cause.entry
        # Errors of graphql-core about a variable have no path, those about an argument have its node. Errors about
        # values that resolvers returned have a path and no node; they are ours.
        case GraphQLError() if error.path is None or cause.nodes:
            return {"message": _bounded(error.message), "extensions": {"code": BadUserInput.code}}
        case _:
            return None


def _cause(error: GraphQLError) -> BaseException:
    """Return the original exception of a GraphQL error, which may be wrapped repeatedly."""
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause
