"""Errors that users see, each with its `extensions.code`.

    GraphError
    ├── DatasetError            at startup: the source is unavailable or invalid (exit code 2)
    │   └── HubError            ... because of the Hub: gated, missing, unreachable, interrupted
    └── ClientError             in a response
        ├── RequestRefused      BAD_REQUEST: an HTTP request without a valid GraphQL request (status 4xx)
        ├── BadUserInput        BAD_USER_INPUT
        ├── QueryTooComplex     QUERY_TOO_COMPLEX
        ├── PersistedQueryNotFound      PERSISTED_QUERY_NOT_FOUND
        ├── PersistedQueryNotSupported  PERSISTED_QUERY_NOT_SUPPORTED
        ├── QueryNotInSafelist          QUERY_NOT_IN_SAFELIST
        ├── RawDataUnavailable  RAW_DATA_UNAVAILABLE
        ├── TooManyErrors       TOO_MANY_ERRORS: the last entry of a list of errors that was truncated
        └── Overloaded          OVERLOADED

Errors of graphql-core are GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, or BAD_USER_INPUT for a variable or argument
of the wrong type. Any other exception during a request is masked as INTERNAL_SERVER_ERROR (`web/masking.py`).
"""

from __future__ import annotations

from reprlib import repr as short_repr
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_SHOWN = 100
MAX_MESSAGE = 1_000
_MAX_ITEMS = 20


def clipped(text: str, limit: int = MAX_SHOWN) -> str:
    """Return the text, truncated to `limit` characters; a truncated text ends with three dots."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def shown(value: object) -> str:
    """Return a client's value for a message: quoted, and truncated to 100 characters.

    A request can use a value of one megabyte in many fields, each with its own error.
    """
    return repr(clipped(value)) if isinstance(value, str) else clipped(short_repr(value))


class GraphError(Exception):
    """Base class: an error whose message is written for users."""


class DatasetError(GraphError):
    """The source is unavailable, or its data is invalid; `row` is zero-based."""

    def __init__(self, problem: str, *, file: object = None, column: str | None = None, row: int | None = None) -> None:
        self.problem = problem
        self.file = file
        self.column = column
        self.row = row
        named = [("file", file), ("column", column), ("row", row)]
        place = ", ".join(f"{name} {value}" for name, value in named if value is not None)
        super().__init__(f"{place}: {problem}" if place else problem)


class HubError(DatasetError):
    """The Hugging Face Hub denied the request, lacks the file, or failed."""


class ClientError(GraphError):
    """An error whose message is sent to the client.

    Args:
        message: The message; truncated to 1,000 characters.
        figures: Values in `extensions`, beside the code, that a program can read.
    """

    code: ClassVar[str]

    def __init__(self, message: str, **figures: object) -> None:
        super().__init__(clipped(message, MAX_MESSAGE))
        self.extensions: dict[str, object] = {"code": self.code}
        self.extensions |= {name: _bounded(figure) for name, figure in figures.items()}

    @property
    def entry(self) -> dict[str, object]:
        """The error as an entry of a response's `errors`."""
        return {"message": str(self), "extensions": self.extensions}


def _bounded(figure: object) -> object:
    """Return a figure for `extensions`; text, lists and objects are truncated."""
    match figure:
        case None | bool() | int() | float():
            return figure
        case str():
            return clipped(figure, MAX_MESSAGE)
        case list() | tuple():
            return [clipped(item) if isinstance(item, str) else short_repr(item) for item in figure[:_MAX_ITEMS]]
        case _:
            return shown(figure)


class RequestRefused(ClientError):
    """An HTTP request that is not a valid GraphQL request, or for a path or revision that is not served."""

    code = "BAD_REQUEST"

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


class BadUserInput(ClientError):
    """An argument value is not allowed."""

    code = "BAD_USER_INPUT"


class QueryTooComplex(ClientError):
    """The request exceeds a limit."""

    code = "QUERY_TOO_COMPLEX"


def check_length(argument: str, items: Sequence[object], maximum: int, *, noun: str = "items") -> None:
    """Refuse a list that is too long.

    Raises:
        QueryTooComplex: The list has more items than the maximum.
    """
    if len(items) > maximum:
        raise QueryTooComplex(
            f"{argument} has {len(items)} {noun}; allowed: at most {maximum}.",
            limit="list_length",
            requested=len(items),
            allowed=maximum,
        )


class PersistedQueryNotFound(ClientError):
    """The hash belongs to no cached document; the client has to send the document too."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueryNotSupported(ClientError):
    """`extensions.persistedQuery` has an unsupported version or form."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"


class QueryNotInSafelist(ClientError):
    """The server executes only the documents of its manifest, and this is none of them."""

    code = "QUERY_NOT_IN_SAFELIST"


class RawDataUnavailable(ClientError):
    """A raw file is missing, unreachable or unreadable."""

    code = "RAW_DATA_UNAVAILABLE"


class TooManyErrors(ClientError):
    """More errors occurred than an answer lists."""

    code = "TOO_MANY_ERRORS"

    def __init__(self, omitted: int) -> None:
        super().__init__(f"{omitted} more errors are not listed.", omitted=omitted)
        self.omitted = omitted


class Overloaded(ClientError):
    """A work queue of the server is full, or the server is shutting down."""

    code = "OVERLOADED"
