"""Reads a GraphQL request out of an HTTP one, as the GraphQL-over-HTTP specification has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from starlette.requests import Request

_JSON = "application/json"
_ENCODINGS = {"", "utf-8", "utf8"}


class RequestError(Exception):
    """The HTTP request is no GraphQL request.

    Args:
        status: The HTTP status.
        message: What is wrong and what is allowed.
        headers: Headers that say more, such as `Allow`.
    """

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client asks: a document, its variables, and which of its operations."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None


async def read_request(request: Request) -> GraphQLRequest:
    """Read a GET's parameters or a POST's JSON body.

    Raises:
        RequestError: The method, the content type, the encoding or the content is not what it may be.
    """
    if request.method == "GET":
        return _checked(_get_parameters(request))
    if request.method != "POST":
        raise RequestError(405, f"{request.method} is not allowed; allowed: GET, POST.", {"Allow": "GET, POST"})
    _check_content(request)
    return _checked(_parsed_json("the body", await request.body()))


def _get_parameters(request: Request) -> dict[str, Any]:
    given = request.query_params
    parameters: dict[str, Any] = {name: given[name] for name in ("query", "operationName") if name in given}
    for name in ("variables", "extensions"):
        if given.get(name):
            parameters[name] = _parsed_json(name, given[name].encode())
    return parameters


def _check_content(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != _JSON:
        raise RequestError(415, f"content type {media_type.strip()!r} is not supported; allowed: {_JSON}.")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in _ENCODINGS:
            raise RequestError(415, f"charset {value.strip()!r} is not supported; allowed: utf-8.")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise RequestError(
            415, f"content encoding {encoding!r} is not supported; send the body as it is.", {"Accept-Encoding": ""}
        )


def _parsed_json(what: str, text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestError(400, f"{what} is not valid JSON: {error.msg} (column {error.colno}).") from None


def _checked(parameters: Any) -> GraphQLRequest:  # noqa: ANN401 - any JSON
    if not isinstance(parameters, dict):
        raise RequestError(400, f"the request is {_kind(parameters)}; expected a JSON object with `query`.")
    query = parameters.get("query")
    if not isinstance(query, str) or not query.strip():
        raise RequestError(400, f"`query` is {_kind(query)}; expected a GraphQL document as text.")
    for name in ("variables", "extensions"):
        if not isinstance(parameters.get(name), dict | None):
            raise RequestError(400, f"`{name}` is {_kind(parameters[name])}; expected an object or null.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, str | None):
        raise RequestError(400, f"`operationName` is {_kind(operation_name)}; expected text or null.")
    return GraphQLRequest(query, parameters.get("variables"), operation_name or None)


def _kind(value: Any) -> str:  # noqa: ANN401 - any JSON
    match value:
        case None:
            return "missing or null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "text" if value.strip() else "empty text"
        case list():
            return "a list (batches are not supported)"
        case _:
            return "an object"
