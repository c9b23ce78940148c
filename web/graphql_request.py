"""Reads a GraphQL request out of an HTTP one, as the GraphQL-over-HTTP specification has it."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from errors import RequestRefused, shown
from web.media_types import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope

_METHODS = "GET, HEAD, POST"
_CHARSETS = frozenset({"utf-8", "utf8"})
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


async def read_body(
    scope: Scope, receive: Receive, headers: Mapping[bytes, bytes], *, max_body_bytes: int
) -> bytes | None:
    """Return the body of a POST; None for a GET, which has none.

    Args:
        scope: The connection scope of the HTTP request.
        receive: Gives the body.
        headers: The scope's headers.
        max_body_bytes: The longest body.

    Raises:
        RequestRefused: The method, the content type or the encoding is not what it may be, or the body is too long.
    """
    if scope["method"] in {"GET", "HEAD"}:
        return None
    if scope["method"] != "POST":
        raise RequestRefused(405, f"{scope['method']} is not allowed; allowed: {_METHODS}.", {"Allow": _METHODS})
    # Nearly every client says just this.
    if headers.get(b"content-type") != JSON.encode() or b"content-encoding" in headers:
        _check_content(headers)
    return await _body(receive, headers, max_body_bytes)


def read_request(scope: Scope, body: bytes | None, *, max_body_bytes: int) -> GraphQLRequest:
    """Read a POST's JSON body, or a GET's parameters.

    Args:
        scope: The connection scope of the HTTP request.
        body: The body of a POST.
        max_body_bytes: The longest query string.

    Raises:
        RequestRefused: The content is not what it may be.
    """
    if body is not None:
        return _checked(_parsed_json("the body", body))
    if len(scope["query_string"]) > max_body_bytes:
        raise RequestRefused(414, f"the query string is over {max_body_bytes} bytes long, the most that is read.")
    return _checked(_get_parameters(scope["query_string"]))


def query_parameters(query_string: bytes) -> dict[str, str]:
    """Return the parameters of a query string; of those that are given twice, the last."""
    return dict(parse_qsl(query_string.decode("latin-1"), keep_blank_values=True, errors="replace"))


def _get_parameters(query_string: bytes) -> dict[str, Any]:
    given = query_parameters(query_string)
    parameters: dict[str, Any] = {name: given[name] for name in ("query", "operationName") if name in given}
    for name in ("variables", "extensions"):
        if given.get(name):
            parameters[name] = _parsed_json(f"`{name}`", given[name].encode())
    if "revision" in given:
        # Plain in a link that people read; among the extensions everywhere else.
        extensions = parameters.get("extensions") or {}
        parameters["extensions"] = extensions
        if isinstance(extensions, dict):
            extensions["revision"] = given["revision"]
    return parameters


def _check_content(headers: Mapping[bytes, bytes]) -> None:
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != JSON:
        raise RequestRefused(415, f"content type {shown(media_type.strip())} is not supported; allowed: {JSON}.")
    for parameter in parameters.split(";") if parameters else ():
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip(' "').lower() not in _CHARSETS:
            raise RequestRefused(415, f"charset {shown(value.strip())} is not supported; allowed: utf-8.")
    encoding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
    if encoding != "identity":
        raise RequestRefused(
            415,
            f"content encoding {shown(encoding)} is not supported; send the body as it is.",
            {"Accept-Encoding": "identity"},
        )


async def _body(receive: Receive, headers: Mapping[bytes, bytes], max_bytes: int) -> bytes:
    announced = headers.get(b"content-length", b"")
    if announced.isdigit() and int(announced[:20]) > max_bytes:
        raise _too_long(max_bytes)
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRefused(400, "the connection ended before the body did.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > max_bytes:
            raise _too_long(max_bytes)
    return body


def _too_long(max_bytes: int) -> RequestRefused:
    return RequestRefused(
        413, f"the body is over {max_bytes} bytes long, the most that is read (MLENERGY_MAX_BODY_KIB)."
    )


def _parsed_json(what: str, text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, f"{what} is not valid JSON: {error.msg} (position {error.pos}).") from None


def _checked(parameters: Any) -> GraphQLRequest:  # noqa: ANN401 - any JSON
    if not isinstance(parameters, dict):
        raise RequestRefused(400, f"the request is {_kind(parameters)}; expected a JSON object with `query`.")
    for name in ("variables", "extensions"):
        if not isinstance(parameters.get(name), _OBJECT_OR_NULL):
            raise RequestRefused(400, f"`{name}` is {_kind(parameters[name])}; expected an object or null.")
    extensions = parameters.get("extensions") or {}
    persisted = extensions.get("persistedQuery")
    query = parameters.get("query")
    if (query is not None or not persisted) and (not isinstance(query, str) or not query.strip()):
        raise RequestRefused(400, f"`query` is {_kind(query)}; expected a GraphQL document as text.")
    operation_name = parameters.get("operationName")
    if not isinstance(operation_name, _TEXT_OR_NULL):
        raise RequestRefused(400, f"`operationName` is {_kind(operation_name)}; expected text or null.")
    revision = extensions.get("revision")
    if not isinstance(revision, _TEXT_OR_NULL):
        raise RequestRefused(400, f"`revision` is {_kind(revision)}; expected a revision as text.")
    return GraphQLRequest(query, parameters.get("variables"), operation_name or None, revision, persisted)


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
