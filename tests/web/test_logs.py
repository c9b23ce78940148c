"""The log of a server process: JSON lines, one per request with its id, without content of requests."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import structlog

from tests.web.observed_server import ObservedServer, observed_server
from web.json_logs import configure_logs
from web.request_id import request_id

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "canary-5f3a-secret"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A stopped server that received all kinds of requests, each with the canary."""
    with observed_server(tmp_path_factory.mktemp("log"), environment={"HF_TOKEN": f"hf_{CANARY}"}) as server:
        name = CANARY.replace("-", "_")
        for body in (
            {"query": f'query Named {{ {name}: __typename models(search: "{CANARY}") {{ totalCount }} }}'},
            {"query": "query ($s: String) { models(search: $s) { totalCount } }", "variables": {"s": CANARY}},
            {"query": "query ($s: Int) { models(first: $s) { totalCount } }", "variables": {"s": CANARY}},
            {"query": f"{{ {name} }}"},
            {"query": f'{{ "{CANARY}'},
            {"query": "{ __typename }", "operationName": name},
            [CANARY],
        ):
            headers = {"authorization": f"Bearer {CANARY}", "cookie": CANARY, "x-request-id": f'"{CANARY}'}
            httpx.post(f"{server.address}/graphql", json=body, headers=headers)
        httpx.get(f"{server.address}/graphql", params={"query": f'{{ __type(name: "{CANARY}") {{ name }} }}'})
        httpx.get(f"{server.address}/livez")
        server.terminate()
        yield server


def requests(server: ObservedServer) -> list[dict[str, Any]]:
    """Return the lines of requests."""
    return [line for line in server.lines() if line["event"] == "request"]


def test_every_line_is_json_with_time_level_logger_and_id(server: ObservedServer) -> None:
    """Including the lines of startup and shutdown, and uvicorn's."""
    lines = server.lines()

    assert {"server", "http", "uvicorn.error"} <= {line["logger"] for line in lines}
    for line in lines:
        assert line.keys() >= {"event", "level", "timestamp", "logger", "request_id"}


def test_the_startup_log_names_the_data(server: ObservedServer) -> None:
    """With a warning if its numbers are made up."""
    serving, warning, *_ = [line for line in server.lines() if line["logger"] == "server"]

    assert (serving["event"], serving["source"], serving["synthetic"]) == ("serving", "sample", True)
    assert serving["revision"]
    assert warning["level"] == "warning"
    assert "made-up" in warning["event"]


def test_each_request_is_one_line_with_its_id(server: ObservedServer) -> None:
    """With status, operation and duration; health checks are not logged."""
    lines = requests(server)

    assert [line["status"] for line in lines] == [200] * 6 + [400, 200]
    assert [line["method"] for line in lines] == ["POST"] * 7 + ["GET"]
    assert {line["path"] for line in lines} == {"/graphql"}
    assert [line["operation"] for line in lines] == ["Named", *[None] * 7]
    assert len({line["request_id"] for line in lines}) == len(lines)
    assert all(line["duration_ms"] > 0 for line in lines)


def test_the_log_has_no_content_of_requests(server: ObservedServer) -> None:
    """No query, variable or header, and not the server's own token."""
    text = server.log.read_text(encoding="utf-8")

    assert CANARY not in text
    assert CANARY.replace("-", "_") not in text


def test_the_id_in_the_log_is_that_of_the_response(server: ObservedServer) -> None:
    """An id that a client reports leads to its line."""
    with observed_server(server.log.parent) as other:
        answered = httpx.post(f"{other.address}/graphql", json={"query": "{ __typename }"})
        other.terminate()
        assert [line["request_id"] for line in requests(other)] == [answered.headers["x-request-id"]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.BytesIO]:
    """The log of this process, configured as in the server; the configuration is restored afterwards."""
    written = io.BytesIO()
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(written, encoding="utf-8", write_through=True))
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    configure_logs("info")
    try:
        yield written
    finally:
        root.handlers[:], root.level = before[0], before[1]
        logging.captureWarnings(False)
        structlog.reset_defaults()


def test_a_masked_error_is_logged_with_its_traceback(written: io.BytesIO) -> None:
    """And with the id that the client received."""
    token = request_id.set("the-id")
    try:
        int("what went wrong")
    except ValueError as error:
        structlog.get_logger("graphql").error("masked_error", exc_info=error)
    request_id.reset(token)

    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["request_id"] == "the-id"
    assert line["level"] == "error"
    assert line["exception"].startswith("Traceback (most recent call last):")
    assert line["exception"].endswith("ValueError: invalid literal for int() with base 10: 'what went wrong'")


def test_a_library_logs_in_the_same_form(written: io.BytesIO) -> None:
    """With its arguments, its traceback, and values that JSON does not have."""
    try:
        int("inner")
    except ValueError:
        logging.getLogger("some.library").exception("it failed: %s", {1, 2}, extra={"odd": object()})
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/?X-Signature=%s", CANARY)

    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["logger"] == "some.library"
    assert line["event"] == "it failed: {1, 2}"
    assert "ValueError: invalid literal" in line["exception"]
