"""The log of a server process: JSON lines, each request under its id, and nothing of what clients sent."""

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
    """A server that was asked all kinds of things, every one of which holds the canary, and has ended."""
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
    """The lines of start and end, which are uvicorn's, too."""
    lines = server.lines()

    assert {"server", "http", "uvicorn.error"} <= {line["logger"] for line in lines}
    for line in lines:
        assert line.keys() >= {"event", "level", "timestamp", "logger", "request_id"}


def test_the_start_says_which_data_is_served(server: ObservedServer) -> None:
    """And warns where its numbers are made up."""
    serving, warning, *_ = [line for line in server.lines() if line["logger"] == "server"]

    assert (serving["event"], serving["source"], serving["synthetic"]) == ("serving", "sample", True)
    assert serving["revision"]
    assert warning["level"] == "warning"
    assert "made-up" in warning["event"]


def test_each_request_is_one_line_under_its_own_id(server: ObservedServer) -> None:
    """With status, operation and duration; but who watches the server's health is not noted."""
    lines = requests(server)

    assert [line["status"] for line in lines] == [200] * 6 + [400, 200]
    assert [line["method"] for line in lines] == ["POST"] * 7 + ["GET"]
    assert {line["path"] for line in lines} == {"/graphql"}
    assert [line["operation"] for line in lines] == ["Named", *[None] * 7]
    assert len({line["request_id"] for line in lines}) == len(lines)
    assert all(line["duration_ms"] > 0 for line in lines)


def test_nothing_that_a_client_sent_is_in_the_log(server: ObservedServer) -> None:
    """No query, no variable, no header, no token of the server's own."""
    text = server.log.read_text(encoding="utf-8")

    assert CANARY not in text
    assert CANARY.replace("-", "_") not in text


def test_the_id_in_the_log_is_the_one_in_the_answer(server: ObservedServer) -> None:
    """A client that reports an id leads to its line."""
    with observed_server(server.log.parent) as other:
        answered = httpx.post(f"{other.address}/graphql", json={"query": "{ __typename }"})
        other.terminate()
        assert [line["request_id"] for line in requests(other)] == [answered.headers["x-request-id"]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.BytesIO]:
    """What this process logs, as the server does; afterwards its logs are as they were."""
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
    """And under the id that the client was given."""
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
    """Its arguments, its traceback and what cannot be written as JSON included."""
    try:
        int("inner")
    except ValueError:
        logging.getLogger("some.library").exception("it failed: %s", {1, 2}, extra={"odd": object()})
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/?X-Signature=%s", CANARY)

    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["logger"] == "some.library"
    assert line["event"] == "it failed: {1, 2}"
    assert "ValueError: invalid literal" in line["exception"]
