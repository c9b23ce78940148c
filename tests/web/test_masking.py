"""Error masking: nothing of a bug but its id leaves the server, and all of an error for clients."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import strawberry
import structlog
from graphql import GraphQLError
from starlette.testclient import TestClient

from caches import Caches
from errors import BadUserInput, Overloaded, QueryTooComplex, RawDataUnavailable
from execution.cost import CostLimit
from execution.row_by_row import RowByRowExecutor
from resolvers.context import Limits
from web.app import build_app
from web.graphql_responder import GraphQLResponder
from web.persisted import PersistedDocuments
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog
from web.table_responder import TableResponder

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

CANARY = "canary-5f3a"
MASKED = "Internal server error. The server log has the details under this request's id (header X-Request-ID)."


@strawberry.type
class Query:
    """Fields that fail, each in its own way."""

    @strawberry.field
    @staticmethod
    def fine() -> int:
        """Return normally."""
        return 1

    @strawberry.field
    @staticmethod
    def broken() -> int | None:
        """Fail by a bug."""
        raise RuntimeError(CANARY)

    @strawberry.field
    @staticmethod
    async def broken_later() -> int | None:
        """Fail by a bug, in a coroutine, with a chained exception."""
        raise ValueError(CANARY) from KeyError(CANARY)

    @strawberry.field
    @staticmethod
    def not_null() -> int:
        """Return a value that its type does not allow."""
        return None  # type: ignore[return-value] # the bug

    @strawberry.field
    @staticmethod
    def too_large() -> int | None:
        """Return a value beyond its type."""
        return 10**12

    @strawberry.field
    @staticmethod
    def graphql_error() -> int | None:
        """Raise graphql-core's own class, which is not one of ours."""
        raise GraphQLError(CANARY)

    @strawberry.field
    @staticmethod
    def many() -> list[int | None] | None:
        """Fail in each of a thousand items."""
        return [CANARY] * 1_000  # type: ignore[list-item] # the bug

    @strawberry.field
    @staticmethod
    def refused(code: str) -> int | None:
        """Raise an error for clients."""
        raise {
            "BAD_USER_INPUT": BadUserInput("too small", value=3),
            "QUERY_TOO_COMPLEX": QueryTooComplex("too much", requested=9),
            "RAW_DATA_UNAVAILABLE": RawDataUnavailable("no file"),
            "OVERLOADED": Overloaded("busy"),
        }[code]

    @strawberry.field
    @staticmethod
    def takes(number: int) -> int:
        """Return its argument."""
        return number


def serve(tmp_path: Path, *, new_context: Callable[[], Any] | None = None) -> TestClient:
    """Return a client of the whole application over the failing schema."""
    new_context = new_context or (lambda: SimpleNamespace(extensions=dict, limits=Limits()))
    limit = CostLimit(None, 10_000)
    responder = GraphQLResponder(
        strawberry.federation.Schema(query=Query, execution_context_class=RowByRowExecutor),
        new_context=new_context,
        cost_limit=limit,
        revision="r1",
        release="1",
        caches=(caches := Caches(2**23)),
        persisted=PersistedDocuments(caches.persisted_queries),
        fresh_seconds=60,
        max_body_bytes=10_000,
    )
    tables = TableResponder(responder, new_context=new_context, cost_limit=limit, provenance={"revision": "r1"})
    app = build_app(responder, tables, root=tmp_path, close=lambda: None, allow_origins=["*"], version="1")
    return TestClient(app, raise_server_exceptions=False)


def ask(tmp_path: Path, query: str, **variables: object) -> tuple[dict[str, Any], list[MutableMapping[str, Any]]]:
    """Return a response, and the errors that were logged for it."""
    with structlog.testing.capture_logs() as lines, serve(tmp_path) as client:
        response = client.post("/graphql", json={"query": query, "variables": variables})
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body, [line for line in lines if line["log_level"] == "error"]


@pytest.mark.parametrize("field", ["broken", "brokenLater", "tooLarge", "graphqlError"])
def test_the_text_of_a_bug_stays_on_the_server(tmp_path: Path, field: str) -> None:
    """The client gets the path and the request id; the rest of its answer has data."""
    body, errors = ask(tmp_path, f"{{ fine alias: {field} }}")

    assert body["data"] == {"fine": 1, "alias": None}
    (error,) = body["errors"]
    assert error["message"] == MASKED
    assert error["path"] == ["alias"]
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR"}
    assert CANARY not in json.dumps(body)
    assert len(errors) == 1


def test_an_invalid_null_is_a_bug(tmp_path: Path) -> None:
    """The client did not cause it."""
    body, errors = ask(tmp_path, "{ notNull }")

    assert body["data"] is None
    assert body["errors"][0]["message"] == MASKED
    assert len(errors) == 1


def test_a_bug_is_logged_by_field_name(tmp_path: Path) -> None:
    """An alias is text of the client; the field name is not."""
    _, errors = ask(tmp_path, f"query {CANARY.replace('-', '_')} {{ a_{CANARY[-4:]}: broken }}")

    assert errors[0]["fields"] == ["broken"]
    assert "a_5f3a" not in repr({name: value for name, value in errors[0].items() if name != "exc_info"})


def test_a_thousand_bugs_in_one_answer_are_one_line(tmp_path: Path) -> None:
    """With their number, so that no query fills the log; the answer lists nine."""
    body, errors = ask(tmp_path, "{ many }")

    assert len(body["errors"]) == 10
    assert body["errors"][-1] == {
        "message": "991 more errors are not listed.",
        "extensions": {"code": "TOO_MANY_ERRORS", "omitted": 991},
    }
    assert CANARY not in json.dumps(body)
    assert [(line["count"], line["omitted"]) for line in errors] == [(9, 991)]


@pytest.mark.parametrize(
    ("code", "message", "figures"),
    [
        ("BAD_USER_INPUT", "too small", {"value": 3}),
        ("RAW_DATA_UNAVAILABLE", "no file", {}),
        ("OVERLOADED", "busy", {}),
        ("QUERY_TOO_COMPLEX", "too much", {"requested": 9}),
    ],
)
def test_an_error_for_clients_reaches_the_client(
    tmp_path: Path, code: str, message: str, figures: dict[str, object]
) -> None:
    """With message, code and figures; it is not logged."""
    body, errors = ask(tmp_path, "query ($code: String!) { refused(code: $code) }", code=code)

    (error,) = body["errors"]
    assert error["message"] == message
    assert error["extensions"] == {"code": code, **figures}
    assert errors == []


def test_a_null_for_a_required_argument_is_bad_user_input(tmp_path: Path) -> None:
    """A nullable variable with a default is only found when it is used."""
    body, errors = ask(tmp_path, "query ($n: Int = 1) { fine takes(number: $n) }", n=None)

    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "number" in body["errors"][0]["message"]
    assert errors == []


def test_an_error_outside_of_resolvers_is_masked_too(tmp_path: Path) -> None:
    """500, JSON, with an id; logged once."""

    def broken_context() -> Any:  # noqa: ANN401 - it returns nothing
        raise RuntimeError(CANARY)

    with structlog.testing.capture_logs() as lines, serve(tmp_path, new_context=broken_context) as client:
        response = client.post("/graphql", json={"query": "{ fine }"})

    assert response.status_code == 500
    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.json() == {"errors": [{"message": MASKED, "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["masked_error"]
    assert [line["status"] for line in lines if line["event"] == "request"] == [500]


async def _half_an_answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError(CANARY)


def test_an_interrupted_response_is_logged() -> None:
    """A second response is not sent after the first has started."""
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    scope = {"type": "http", "method": "GET", "path": "/graphql", "headers": []}
    log = RequestLog()
    with structlog.testing.capture_logs() as lines:
        asyncio.run(RequestFrameMiddleware(_half_an_answer, log=log)(scope, receive, send))
        log.close()

    assert sent == ["http.response.start"]
    assert [line["event"] for line in lines] == ["masked_error", "request"]
