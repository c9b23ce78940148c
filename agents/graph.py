"""Queries of the tools, answered by the server's own responder: the same limits, caches and errors as over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from graphql import FieldNode, NameNode, OperationDefinitionNode, SelectionSetNode, parse, print_ast

from errors import BadUserInput, QueryTooComplex
from web.graphql_request import HTTPRequest, RequestHead

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.graphql_responder import GraphQLResponder

# About 65,000 tokens: more than an assistant can use, and it is parsed and written again in 10 ms.
MAX_ANSWER_BYTES = 2**18
_HEAD = RequestHead("POST", b"", {b"content-type": b"application/json", b"accept": b"application/json"})


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a query.

    Args:
        data: The data; None if the request was refused.
        errors: The errors, as GraphQL over HTTP returns them.
        warnings: `extensions.warnings`.
    """

    data: dict[str, Any] | None
    errors: list[dict[str, Any]]
    warnings: list[dict[str, Any]]

    @property
    def failed(self) -> bool:
        """Whether errors left no data at all."""
        return bool(self.errors) and not any(value is not None for value in (self.data or {}).values())


class Graph:
    """Sends queries to the responder.

    Args:
        responder: The responder of `/graphql`.
        root_field: The field that nests all fields of the root; None if they are at the root.
    """

    def __init__(self, responder: GraphQLResponder, *, root_field: str | None) -> None:
        self._responder = responder
        self._root_field = root_field

    def document(self, query: str) -> str:
        """Return a query of ours for this server: below its root field if it has one."""
        return query if self._root_field is None else _nested(query, self._root_field)

    def fields(self, data: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """Return the fields of the root in the data of a query of ours."""
        found = (data or {}) if self._root_field is None else (data or {}).get(self._root_field)
        return found or {}

    async def answer(
        self,
        query: str,
        variables: object = None,
        *,
        operation_name: str | None = None,
        revision: str | None = None,
    ) -> Answer:
        """Answer a query.

        Args:
            query: The document.
            variables: Its variables, not validated.
            operation_name: The operation of the document; None for the only one.
            revision: The required revision of the data; None for any.

        Raises:
            QueryTooComplex: The answer is longer than `MAX_ANSWER_BYTES`.
            BadUserInput: The variables are nested too deeply.
        """
        request: dict[str, object] = {"query": query, "variables": variables, "operationName": operation_name}
        if revision is not None:
            request["extensions"] = {"revision": revision}
        try:
            body = orjson.dumps(request)
        except orjson.JSONEncodeError:
            raise BadUserInput("Variable values are nested too deeply, or are no JSON.") from None
        reply = await self._responder.respond(HTTPRequest(_HEAD, body))
        if len(reply.body) > MAX_ANSWER_BYTES:
            raise QueryTooComplex(
                f"The answer has {len(reply.body)} bytes; a tool may return at most {MAX_ANSWER_BYTES}. Select fewer "
                "fields, a smaller page (`first`) or a view (`groups`, `statistics`, `bestRuns`), or send the query to "
                "/graphql.",
                limit="tool_answer_bytes",
                requested=len(reply.body),
                allowed=MAX_ANSWER_BYTES,
            )
        answered = orjson.loads(reply.body)
        extensions = answered.get("extensions") or {}
        return Answer(answered.get("data"), answered.get("errors", []), extensions.get("warnings", []))


def _nested(query: str, root_field: str) -> str:
    document = parse(query, no_location=True)
    definitions = tuple(
        OperationDefinitionNode(
            operation=each.operation,
            name=each.name,
            variable_definitions=each.variable_definitions,
            directives=each.directives,
            selection_set=SelectionSetNode(
                selections=(FieldNode(name=NameNode(value=root_field), selection_set=each.selection_set),)
            ),
        )
        if isinstance(each, OperationDefinitionNode)
        else each
        for each in document.definitions
    )
    return "\n\n".join(print_ast(each) for each in definitions)
