"""Every error that a user of the graph can meet, each with the code that stands in `extensions.code`.

    GraphError
    ├── DatasetError            before serving: the source cannot be had or is not sound (exit code 2)
    │   └── HubError            ... because of the Hub: gated, missing, down, cut
    └── ClientError             in an answer
        ├── RequestRefused      BAD_REQUEST: an HTTP request that holds no GraphQL request; its status says why (4xx)
        ├── BadUserInput        BAD_USER_INPUT
        ├── QueryTooComplex     QUERY_TOO_COMPLEX
        ├── PersistedQueryNotFound      PERSISTED_QUERY_NOT_FOUND
        ├── PersistedQueryNotSupported  PERSISTED_QUERY_NOT_SUPPORTED
        ├── RawDataUnavailable  RAW_DATA_UNAVAILABLE
        └── Overloaded          OVERLOADED

What graphql-core finds wrong with a request is GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED, or BAD_USER_INPUT
where a variable or an argument does not fit its type. Everything else that is raised while answering is masked as
INTERNAL_SERVER_ERROR (`web/masking.py`).
"""

from __future__ import annotations

from reprlib import repr as short_repr
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SHOWN = 100
MAX_MESSAGE = 1_000
_MAX_ITEMS = 20


def clipped(text: str, limit: int = MAX_SHOWN) -> str:
    """Return a text of at most `limit` characters; one that was cut ends with three dots."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def shown(value: object) -> str:
    """Return a client's value, cut to 100 characters and quoted, for use in a message.

    A request can hold a value of a megabyte and use it in many fields, each with an error of its own.
    """
    return repr(clipped(value)) if isinstance(value, str) else clipped(short_repr(value))


class GraphError(Exception):
    """The root: its text is meant for the reader."""


class DatasetError(GraphError):
    """A source that was asked for cannot be had, or what it holds is not sound.

    Args:
        problem: What is wrong and what is allowed.
        file: The file it stands in, if one does.
        column: The column, if one is to blame.
        row: The zero-based row, if one is to blame.
    """

    def __init__(self, problem: str, *, file: object = None, column: str | None = None, row: int | None = None) -> None:
        self.problem = problem
        self.file = file
        self.column = column
        self.row = row
        named = [("file", file), ("column", column), ("row", row)]
        place = ", ".join(f"{name} {value}" for name, value in named if value is not None)
        super().__init__(f"{place}: {problem}" if place else problem)


class HubError(DatasetError):
    """The Hugging Face Hub refused, lacked or did not deliver what was asked for."""


class ClientError(GraphError):
    """An error that reaches the client with its text; `extensions` holds the code and the figures behind the text."""

    code: ClassVar[str]

    def __init__(self, message: str, **figures: object) -> None:
        super().__init__(clipped(message, MAX_MESSAGE))
        self.extensions: dict[str, object] = {"code": self.code}
        self.extensions |= {name: _bounded(figure) for name, figure in figures.items()}


def _bounded(figure: object) -> object:
    """Return what stands in `extensions` for a figure: numbers as they are, texts, lists and objects cut."""
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
    """An HTTP request that holds no GraphQL request, or asks for what is not here.

    Args:
        status: The HTTP status.
        message: What is wrong and what is allowed.
        headers: Headers that say more, such as `Allow`.
    """

    code = "BAD_REQUEST"

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


class BadUserInput(ClientError):
    """An argument has a value that the field does not allow."""

    code = "BAD_USER_INPUT"


class QueryTooComplex(ClientError):
    """The request asks for more than one request may."""

    code = "QUERY_TOO_COMPLEX"


class PersistedQueryNotFound(ClientError):
    """A document was asked for by its hash, and is not known here: the client is to send it along."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueryNotSupported(ClientError):
    """A document was asked for by its hash in another way than the one that is known here."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"


class RawDataUnavailable(ClientError):
    """A raw file should be there and cannot be had, or cannot be read."""

    code = "RAW_DATA_UNAVAILABLE"


class Overloaded(ClientError):
    """The server has as much of this work in hand as it takes."""

    code = "OVERLOADED"
