"""GraphQL request of an HTTP request, by the GraphQL-over-HTTP specification."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from errors import RequestRefused, shown
from web.negotiation import negotiated_encoding
from web.request_body import too_long
from web.table_request import requested_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.negotiation import Negotiated

# A prefix of 12 hexadecimal digits identifies a revision, and fits into a paper.
MIN_PREFIX = 12
# Headers that decide how a request is read and how its response is encoded.
_DECISIVE_HEADERS = (
    *(b"accept", b"accept-encoding", b"content-type", b"content-encoding"),
    *(b"graphql-cost", b"if-none-match"),
)
_MAX_PARAMETERS = 100  # 1 MiB of empty ones takes 310 ms


class CostReport(Enum):
    """Report of a request's estimated cost in `extensions.cost`."""

    REPORT = "report"  # in addition to the answer
    VALIDATE = "validate"  # without executing the request


class RequestHead:
    """Head of an HTTP request, and what it decides; requests with equal heads share one.

    Args:
        method: GET, HEAD or POST.
        query_string: The query string, percent-encoded.
        headers: Headers by name, in lower case.

    Attributes:
        table: The requested table; None for JSON.
        media_type: Media type of the response, or of an error instead of a table.
        accepted: Encodings of the response; None if the request has no `Accept-Encoding`.
        decisive: Everything that decides how a body is read and how its response is encoded.

    Raises:
        RequestRefused: `Accept` allows no media type of ours, or the parameters of a table are not allowed.
    """

    __slots__ = ("accepted", "decisive", "headers", "is_post", "media_type", "method", "query_string", "table")

    def __init__(self, method: str, query_string: bytes, headers: Mapping[bytes, bytes]) -> None:
        self.method = method
        self.is_post = method == "POST"
        self.query_string = query_string
        self.headers = headers
        accept = headers.get(b"accept", b"").decode("latin-1")
        self.media_type, self.table = requested_table(accept, query_string)
        self.accepted = accepted_encodings(headers)
        self.decisive = (method, *map(headers.get, _DECISIVE_HEADERS))


def accepted_encodings(headers: Mapping[bytes, bytes]) -> Negotiated | None:
    """Return the encodings that a client accepts; None if it does not state any."""
    accepts = headers.get(b"accept-encoding")
    return None if accepts is None else negotiated_encoding(accepts)


@dataclass(slots=True)
class HTTPRequest:
    """An HTTP request for the graph, with its whole body.

    Args:
        head: Its head.
        body: The body of a POST; None for GET and HEAD.
        operation: Name of the operation, for the log; set when it is known.
    """

    head: RequestHead
    body: bytes | None
    operation: str | None = None


@dataclass(slots=True)
class GraphQLRequest:
    """A GraphQL request.

    Args:
        query: The document; None if only its hash or id is given.
        variables: Variables by name.
        operation_name: The operation to execute; None for the only one.
        revision: The required revision of the data; None for any.
        persisted: `extensions.persistedQuery`: the hash of the document.
        document_id: `documentId`: the id of a persisted document; None if `query` is given.
        cost: Report of the estimated cost; None without one.
    """

    query: str | None
    variables: dict[str, Any] | None
    operation_name: str | None
    revision: str | None
    persisted: Any = None
    document_id: str | None = None
    cost: CostReport | None = None


def read_request(http: HTTPRequest, *, max_body_bytes: int) -> GraphQLRequest:
    """Read the JSON body of a POST, or the parameters of a GET; the header `GraphQL-Cost` belongs to either.

    Raises:
        RequestRefused: The request is malformed or too long.
    """
    head = http.head
    if http.body is not None:
        if len(http.body) > max_body_bytes:
            raise too_long(max_body_bytes)
        return _checked(_parsed_json("The body", http.body), head.headers)
    if len(head.query_string) > max_body_bytes:
        raise RequestRefused(414, f"The query string is longer than {max_body_bytes} bytes (MLENERGY_MAX_BODY_KIB).")
    return _checked(_get_parameters(head.query_string), head.headers)


def opens_editor(query_string: bytes) -> bool:
    """Return whether a browser gets the editor for a query string, with its query if it has one.

    A table is downloaded, a request without a document has nothing to edit, and a malformed query string is refused.
    """
    try:
        given = _query_parameters(query_string)
    except RequestRefused:
        return False
    if "format" in given or "explode" in given:
        return False
    return bool(given.get("query")) or given.keys().isdisjoint(("extensions", "documentId"))


def check_revision(named: str, served: str) -> None:
    """Reject a request for another revision, so that a citation never silently gives other numbers.

    Raises:
        RequestRefused: The request names another revision (412), or too short a prefix (400).
    """
    if named == served:
        return
    if not served.startswith(named):
        raise RequestRefused(
            412, f"Revision {shown(named)} is not served; served: {served}. Omit `revision` to query that one."
        )
    if len(named) < MIN_PREFIX:
        raise RequestRefused(
            400,
            f"Revision {named!r} has {len(named)} characters; allowed: the full revision or a prefix of at least "
            f"{MIN_PREFIX} characters.",
        )


def _query_parameters(query_string: bytes) -> dict[str, str]:
    """Return the parameters of a query string; the last value of a repeated name."""
    if not query_string:
        return {}
    count = query_string.count(b"&") + 1
    if count > _MAX_PARAMETERS:
        raise RequestRefused(400, f"The query string has {count} parameters; allowed: {_MAX_PARAMETERS}.")
    try:
        return dict(parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise RequestRefused(
            400, f"The query string has the byte {byte:#04x}, which is not UTF-8; allowed: percent-encoded UTF-8."
        ) from None


def _get_parameters(query_string: bytes) -> dict[str, Any]:
    given = _query_parameters(query_string)
    parameters: dict[str, Any] = {
        name: given[name] for name in ("query", "operationName", "documentId") if name in given
    }
    for name in ("variables", "extensions"):
        if given.get(name):
            parameters[name] = _parsed_json(f"`{name}`", given[name].encode())
    # Parameters of their own keep links readable; in a body they are extensions.
    own = {name: given[name] for name in ("revision", "cost") if name in given}
    if own:
        extensions = parameters.get("extensions") or {}
        parameters["extensions"] = {**extensions, **own} if isinstance(extensions, dict) else extensions
    return parameters


def _parsed_json(name: str, text: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(400, f"{name} is not valid JSON: {error.msg} (position {error.pos}).") from None


def _checked(parameters: Any, headers: Mapping[bytes, bytes]) -> GraphQLRequest:  # noqa: ANN401 - any JSON
    if not isinstance(parameters, dict):
        batch = " (batches are not supported)" if isinstance(parameters, list) else ""
        raise RequestRefused(400, f"The request is {_kind(parameters)}{batch}; expected a JSON object with `query`.")
    variables = parameters.get("variables")
    if variables is not None and not isinstance(variables, dict):
        variables = _as_object("variables", variables)
    extensions = parameters.get("extensions")
    if extensions is not None and not isinstance(extensions, dict):
        extensions = _as_object("extensions", extensions)
    persisted = extensions.get("persistedQuery") if extensions else None
    query = parameters.get("query")
    document_id = _document_id(parameters.get("documentId")) if query is None and not persisted else None
    is_named = query is None and (persisted or document_id)
    if not is_named and (not isinstance(query, str) or not query or query.isspace()):
        raise RequestRefused(400, f"`query` is {_kind(query)}; expected a GraphQL document as text.")
    operation_name = parameters.get("operationName")
    if operation_name is not None and not isinstance(operation_name, str):
        raise RequestRefused(400, f"`operationName` is {_kind(operation_name)}; expected text or null.")
    request = GraphQLRequest(query, variables, operation_name or None, None, persisted, document_id)
    if extensions or b"graphql-cost" in headers:
        request.revision = _revision(extensions or {})
        request.cost = _cost_report(headers, extensions or {})
    return request


def _document_id(value: Any) -> str | None:  # noqa: ANN401 - any JSON
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise RequestRefused(400, f"`documentId` is {_kind(value)}; expected the id of a persisted document as text.")
    return value


def _revision(extensions: Mapping[str, Any]) -> str | None:
    revision = extensions.get("revision")
    if revision is not None and not isinstance(revision, str):
        raise RequestRefused(400, f"`revision` is {_kind(revision)}; expected a revision as text.")
    return revision


def _cost_report(headers: Mapping[bytes, bytes], extensions: Mapping[str, Any]) -> CostReport | None:
    """Return the requested report of the cost; the header precedes the extension or parameter `cost`."""
    name, value = "`cost`", extensions.get("cost")
    if (header := headers.get(b"graphql-cost")) is not None:
        name, value = "GraphQL-Cost", header.decode("latin-1").strip()
    if value is None:
        return None
    try:
        return CostReport(value)
    except ValueError:
        allowed = " or ".join(report.value for report in CostReport)
        raise RequestRefused(400, f"{name} is {shown(value)}; allowed: {allowed}.") from None


def _as_object(name: str, value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - any JSON
    """Return an object that clients send as another value: empty text of a form, PHP's empty array, JSON as text."""
    found = value
    if isinstance(value, str):
        found = _parsed_json(f"`{name}`", value.encode()) if value.strip() else None
    if found is None or found == []:
        return None
    if not isinstance(found, dict):
        kind = f"text that contains {_kind(found)}" if isinstance(value, str) else _kind(found)
        raise RequestRefused(400, f"`{name}` is {kind}; expected an object or null.")
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
