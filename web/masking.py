"""The one place that decides what of an error a client sees, and logs what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from graphql import GraphQLSyntaxError

from errors import BadUserInput, ClientError

if TYPE_CHECKING:
    from graphql import GraphQLError

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
INTERNAL = "INTERNAL_SERVER_ERROR"
_MASKED = "Something went wrong on the server. The log has it under this request's id (header X-Request-ID)."

log = structlog.get_logger("graphql")


def formatted_error(error: GraphQLError, *, before_execution: bool) -> dict[str, Any]:
    """Return an error as the client sees it: with its code, and with its text where that is meant for clients."""
    cause = _cause(error)
    formatted: dict[str, Any] = {"message": error.message}
    if error.locations:
        formatted["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        formatted["path"] = error.path
    if isinstance(cause, ClientError):
        formatted["extensions"] = cause.extensions
    elif isinstance(error, GraphQLSyntaxError):
        formatted["extensions"] = {"code": PARSE_FAILED}
    elif before_execution:
        formatted["extensions"] = {"code": VALIDATION_FAILED}
    elif cause is None:  # graphql-core's own: a variable or an argument that does not fit its type
        formatted["extensions"] = {"code": BadUserInput.code}
    else:
        log.error("masked_error", path=error.path, exc_info=cause)
        formatted["message"] = _MASKED
        formatted["extensions"] = {"code": INTERNAL}
    return formatted


def _cause(error: GraphQLError) -> BaseException | None:
    """Return the exception that a GraphQL error stands for, however often it was wrapped."""
    cause: BaseException | None = error.original_error
    while (inner := getattr(cause, "original_error", None)) is not None:
        cause = inner
    return cause
