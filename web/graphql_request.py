"""Reads a GraphQL request out of an HTTP one, as the GraphQL-over-HTTP specification has it."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from errors import RequestRefused
from web.request_body import too_long

if TYPE_CHECKING:
    from starlette.types import Scope

_TEXT_OR_NULL = (str, NoneType)
_OBJECT_OR_NULL = (dict, NoneType)


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """What a client asks.

    Args:
        query: The document; None where only its hash is given.
        variables: Its variables.
        operation_name: Which of its operations.
        revision: The revision of the data that the answer must be of; None for whichever is served.
        persisted: What stands for the document, or beside it: its hash.
    """

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    revision: str | None
    persisted: Any = None


def read_request(scope: Scope, body: bytes | None, *, max_body_bytes: int) -> GraphQLRequest:
    """Read a POST's JSON body, or a GET's parameters.

    Args:
        scope: The connection scope of the HTTP request.
        body: The body of a POST.
        max_body_bytes: The longest body or query string.

    Raises:
        RequestRefused: The content is not what it may be.
    """
    if body is not None:
        if len(body) > max_body_bytes:
            raise too_long(max_body_bytes)
        return _checked(_parsed_json("the body", body))
    if len(scope["query_string"]) > max_body_bytes:
        raise RequestRefused(414, f"the query string is over {max_body_bytes} bytes long, the most that is read.")
    return _checked(_get_parameters(scope["query_string"]))


def holds_request(query_string: bytes) -> bool:
    """Say whether a query string holds anything of a GraphQL request, or cannot be read."""
    try:
        return not _query_parameters(query_string).keys().isdisjoint(("query", "extensions", "documentId"))
    except RequestRefused:
        return True


def _query_parameters(query_string: bytes) -> dict[str, str]:
    """Return the parameters of a query string; of a name that stands twice, the last.

    Raises:
        RequestRefused: It is not UTF-8.
    """
    if not query_string:
        return {}
    try:
        return dict(parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        raise RequestRefused(
            400,
            f"the query string has the byte {error.object[error.start]:#04x}, which is not UTF-8; allowed: UTF-8, "
            "percent-encoded.",
        ) from None


def _get_parameters(query_string: bytes) -> dict[str, Any]:
    given = _query_parameters(query_string)
    parameters: dict[str, Any] = {
        name: given[name] for name in ("query", "operationName", "documentId") if name in given
    }
    for name in ("variables", "extensions"):
        if given.get(name):
            parameters[name] = _parsed_json(f"`{name}`", given[name].encode())
    if "revision" in given:
        # A plain parameter in a link that people read; one of the extensions in a body.
        extensions = parameters.get("extensions") or {}
        parameters["extensions"] = extensions
        if isinstance(extensions, dict):
            extensions["revision"] = given["revision"]
    return parameters


def _parsed_json(what: str, text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, f"{what} is not valid JSON: {error.msg} (position {error.pos}).") from None


def _checked(parameters: Any) -> GraphQLRequest:  # noqa: ANN401 - any JSON
    if not isinstance(parameters, dict):
        batch = " (batches are not supported)" if isinstance(parameters, list) else ""
        raise RequestRefused(400, f"the request is {_kind(parameters)}{batch}; expected a JSON object with `query`.")
    variables = parameters.get("variables")
    if variables is not None and not isinstance(variables, dict):
        variables = _as_object("variables", variables)
    extensions = parameters.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        extensions = _as_object("extensions", extensions)
    extensions = extensions or {}
    persisted = extensions.get("persistedQuery")
    query = parameters.get("query")
    if (query is not None or not persisted) and (not isinstance(query, str) or not query.strip()):
        if query is None and parameters.get("documentId") is not None:
            raise RequestRefused(
                400,
                "`documentId` is not supported, and `query` is missing; a persisted document is sent by its hash, as "
                "`extensions.persistedQuery` with `version` 1 and `sha256Hash`.",
            )
        raise RequestRefused(400, f"`query` is {_kind(query)}; expected a GraphQL document as text.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, _TEXT_OR_NULL):
        raise RequestRefused(400, f"`operationName` is {_kind(operation_name)}; expected text or null.")
    revision = extensions.get("revision")
    if not isinstance(revision, _TEXT_OR_NULL):
        raise RequestRefused(400, f"`revision` is {_kind(revision)}; expected a revision as text.")
    return GraphQLRequest(query, variables, operation_name or None, revision, persisted)


def _as_object(name: str, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any JSON
    """Return the object that a client means by another value: a form's empty text, PHP's empty array, JSON as text.

    Raises:
        RequestRefused: It means none.
    """
    found = value
    if isinstance(value, str):
        found = _parsed_json(f"`{name}`", value.encode()) if value.strip() else None
    if found == []:
        return None
    if not isinstance(found, _OBJECT_OR_NULL):
        held = f"text that holds {_kind(found)}" if isinstance(value, str) else _kind(found)
        raise RequestRefused(400, f"`{name}` is {held}; expected an object or null.")
    return found


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
            return "a list"
        case _:
            return "an object"
