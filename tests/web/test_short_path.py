"""Requests on the short path and on the long one: the same responses and the same lines in the log."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import structlog
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from application import application
from settings import Settings
from tests.server_process import free_port
from web.short_path import ShortPath
from web.short_path_protocol import ShortPathProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping
    from pathlib import Path

    from tables.dataset import Dataset

_SECONDS = 20
_SILENCE_SECONDS = 2
ORIGIN = "https://page.example"
RUNS = "query Runs($n: Int!) { llmRuns(first: $n) { nodes { id energyPerTokenJoules } } }"
MANY = {"query": RUNS, "variables": {"n": 300}}
TIMELINE = {"query": "{ llmRuns(first: 1) { nodes { timeline(maxPoints: 5) { unit } } } }"}
HASHED = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
NESTED = "{ models { nodes { llmRuns { nodes { model { llmRuns { nodes { id } } } } } } } }"


def post(body: Any, **headers: str) -> bytes:  # noqa: ANN401 - any JSON, or bytes
    """Return a POST of a body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"content-type": "application/json", "content-length": str(len(content))}
    return _request("POST /graphql", named | _named(headers)) + content


def get(
    parameters: dict[str, str] | None = None, *, method: str = "GET", path: str = "/graphql", **headers: str
) -> bytes:
    """Return a request without a body."""
    query = "&".join(f"{name}={quote(value)}" for name, value in (parameters or {}).items())
    return _request(f"{method} {path}{'?' if query else ''}{query}", _named(headers))


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def _request(start: str, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{start} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()


# Its response is the last one of a connection.
LAST = get(path="/livez", connection="close")


@pytest.fixture(scope="module")
def ports(sample: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Two servers over the same data with caches of their own: on the long path alone, and with the short one."""
    with (
        _serving(sample, tmp_path_factory.mktemp("long"), HttpToolsProtocol) as long,
        _serving(sample, tmp_path_factory.mktemp("short"), ShortPathProtocol) as short,
    ):
        yield long, short


@contextmanager
def _serving(
    sample: Dataset, folder: Path, protocol: type[HttpToolsProtocol], *, idle_seconds: int = 5
) -> Iterator[int]:
    settings = Settings(source="sample", raw_cache=folder, allow_origins=ORIGIN, max_body_kib=100)
    app = application(settings, sample)
    port = free_port()
    config = uvicorn.Config(
        app, port=port, http=protocol, ws="none", log_config=None, access_log=False, server_header=False,
        proxy_headers=False, timeout_keep_alive=idle_seconds,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        end = time.monotonic() + _SECONDS
        while not server.started:
            assert time.monotonic() < end
            time.sleep(0.01)
        yield port
    finally:
        server.should_exit = True
        thread.join(_SECONDS)


def exchange(port: int, *chunks: bytes, last: bytes = LAST) -> tuple[list[bytes], list[dict[str, Any]]]:
    """Send chunks over a connection, with a pause behind each; return the responses and the lines of the log."""
    with structlog.testing.capture_logs() as lines:
        with socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection:
            received = b""
            with suppress(OSError):  # some responses close the connection
                for chunk in chunks:
                    connection.sendall(chunk)
                    time.sleep(0.03)
                connection.sendall(last)
            connection.settimeout(_SILENCE_SECONDS)
            with suppress(ConnectionError):
                while piece := _receive(connection):
                    received += piece
        known = -1
        while known < len(lines):  # they are written in batches
            known = len(lines)
            time.sleep(0.05)
    # Raw files are loaded in threads, which log on their own time.
    return _comparable(received), [_without_time(line) for line in lines if not line["event"].startswith("raw_file")]


def _receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except TimeoutError:  # the last request was taken for a part of an incomplete one
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(65_536)


def _without_time(line: MutableMapping[str, Any]) -> dict[str, Any]:
    given = line.get("request_id") == "given-by-a-proxy"
    varying = {"timestamp", "duration_ms", "seconds"} | (set() if given else {"request_id"})
    return {name: value for name, value in line.items() if name not in varying}


def _comparable(received: bytes) -> list[bytes]:
    """Return the lines of a response, those of each head in order; dates and new request ids are replaced."""
    received = re.sub(rb"\r\ndate: [^\r]+", b"\r\ndate: today", received)
    received = re.sub(rb"\r\nx-request-id: [0-9a-f]{32}\r", b"\r\nx-request-id: new\r", received)
    received = re.sub(
        rb"HTTP/1\.1 .*?\r\n\r\n", lambda head: b"\r\n".join(sorted(head[0].split(b"\r\n"))), received, flags=re.DOTALL
    )
    return received.split(b"\r\n")


CASES = {
    "plain": post({"query": "{ __typename }"}),
    "operation": post({**MANY, "operationName": "Runs"}),
    "gzip": post(MANY, accept_encoding="gzip, deflate"),
    "brotli": post(MANY, accept_encoding="gzip, deflate, br, zstd"),
    "zstd": post(MANY, accept_encoding="zstd"),
    "no identity": post({"query": "{ __typename }"}, accept_encoding="gzip, identity;q=0"),
    "media type": post(MANY, accept="application/graphql-response+json"),
    "refused media type": post(MANY, accept="text/plain"),
    "charset": post({"query": "{ __typename }"}, content_type="application/json; charset=utf-8"),
    "content type": post({"query": "{ __typename }"}, content_type="text/plain"),
    "content encoding": post({"query": "{ __typename }"}, content_encoding="gzip"),
    "not JSON": post(b"{"),
    "batch": post([{"query": "{ __typename }"}]),
    "no query": post({}),
    "empty body": post(b""),
    "syntax error": post({"query": "{"}),
    "unknown field": post({"query": "{ nothing }"}, accept="application/graphql-response+json"),
    "wrong variable": post({"query": RUNS, "variables": {"n": "many"}}),
    "missing variable": post({"query": RUNS}),
    "argument out of range": post({"query": RUNS, "variables": {"n": -1}}),
    "unknown operation": post({**MANY, "operationName": "Other"}),
    "warning": post({"query": '{ model(modelId: "none") { modelId } }'}),
    "many aliases": post({"query": "{ " + " ".join(f"a{number}: __typename" for number in range(101)) + " }"}),
    "too expensive": post({"query": NESTED}),
    "deep variables": post({"query": RUNS, "variables": {"n": [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]}}),
    "cost": post(MANY, graphql_cost="report"),
    "cost alone": post({**MANY, "extensions": {"cost": "validate"}}),
    "wrong cost": post(MANY, graphql_cost="guess"),
    "revision": post({**MANY, "extensions": {"revision": "0123456789abcdef"}}),
    "unknown hash": post({"extensions": HASHED}),
    "introspection": post({"query": "{ __schema { queryType { name } } }"}),
    "entities": post({"query": '{ _entities(representations: [{__typename: "Task", name: "gpqa"}]) { __typename } }'}),
    "inlined": post({"query": "{ llmRuns(first: 3, where: {numGpus: {gte: 2}}) { nodes { id } } }"}),
    "timeline": post(TIMELINE, accept_encoding="br"),
    "fit": post({"query": "{ llmRuns { fit(x: MAX_NUM_SEQS, y: ENERGY_PER_TOKEN_JOULES) { __typename } } }"}),
    "page of the site": post(MANY, origin=ORIGIN, accept_encoding="br", cookie="a=b"),
    "page of another site": post(MANY, origin="https://other.example"),
    "preflight": get(method="OPTIONS", origin=ORIGIN, access_control_request_method="POST"),
    "given id": post({"query": "{ __typename }"}, x_request_id="given-by-a-proxy"),
    "forged id": post({"query": "{ __typename }"}, x_request_id='"}{'),
    "repeated header": _request("POST /graphql", {"Accept": "text/plain", "accept": "*/*", "content-length": "0"}),
    "chunked": _request("POST /graphql", {"content-type": "application/json", "transfer-encoding": "chunked"})
    + b"1a\r\n" + json.dumps({"query": "{__typename}"}).encode()[:26] + b"\r\n0\r\n\r\n",
    "expect": post({"query": "{ __typename }"}, expect="100-continue"),
    "long body": post({"query": "{ __typename }", "variables": {"x": "x" * 70_000}}),
    "too long body": post({"query": "{ __typename }", "variables": {"x": "x" * 110_000}}),
    "announced length": post(b"", content_length="999999999999999999999"),
    "get": get({"query": "{ __typename }"}),
    "get with variables": get({"query": RUNS, "variables": '{"n": 2}'}, accept_encoding="gzip"),
    "get from a page": get({"query": RUNS, "variables": '{"n": 2}'}, origin=ORIGIN),
    "any tag": get({"query": "{ __typename }"}, if_none_match="*"),
    "head": get({"query": RUNS, "variables": '{"n": 300}'}, method="HEAD", accept_encoding="gzip"),
    "mutation by get": get({"query": "mutation { nothing }"}),
    "get without query": get(),
    "get of many parameters": get({f"p{number}": "" for number in range(101)}),
    "browser page": get(accept="text/html"),
    "query of a browser": get({"query": "{ __typename }"}, accept="text/html,*/*;q=0.8"),
    "query of a client that reads HTML": get({"query": "{ __typename }"}, accept="application/json, text/html;q=0.9"),
    "trailing slash": get({"query": "{ __typename }"}, path="/graphql/"),
    "other path": get(path="/graphql2"),
    "health": get(path="/livez"),
    "put": get(method="PUT"),
    "get with a body": get({"query": "{ __typename }"}, content_length="2") + b"{}",
    "upgrade": get({"query": "{ __typename }"}, connection="upgrade", upgrade="websocket"),
    "close": post(MANY, connection="close"),
}  # fmt: skip


@pytest.mark.parametrize("request_bytes", CASES.values(), ids=CASES)
def test_both_paths_respond_alike(ports: tuple[int, int], request_bytes: bytes) -> None:
    """Also to the second and third request of a connection, whose document and answer are known."""
    for chunks in ([request_bytes] * 3, [request_bytes * 2]):
        long, short = (exchange(port, *chunks) for port in ports)
        assert short == long


def test_a_known_tag_is_not_modified(ports: tuple[int, int]) -> None:
    """With both paths' tags, which are equal."""
    parameters = {"query": RUNS, "variables": '{"n": 7}'}
    lines, _ = exchange(ports[0], get(parameters))
    tag = next(line for line in lines if line.startswith(b"etag: ")).removeprefix(b"etag: ").decode()

    long, short = (exchange(port, *[get(parameters, if_none_match=tag)] * 3) for port in ports)
    assert short == long
    assert short[0].count(b"HTTP/1.1 304 Not Modified") == 3


@pytest.mark.parametrize("cuts", [(10,), (60,), (-5,), (-30, -1), (20, 40, 90, -20)])
def test_a_request_may_arrive_in_pieces(ports: tuple[int, int], cuts: tuple[int, ...]) -> None:
    """Cut in its start line, its headers or its body."""
    text = post(MANY)
    places = sorted({0, len(text), *(cut % len(text) for cut in cuts)})
    pieces = [text[start:stop] for start, stop in pairwise(places)]

    long, short = (exchange(port, *pieces) for port in ports)
    assert short == long


def test_requests_of_both_paths_share_a_connection(ports: tuple[int, int]) -> None:
    """Responses have the order of the requests, whether sent at once or one by one."""
    requests = [CASES[name] for name in ("timeline", "plain", "long body", "gzip", "timeline", "head", "plain")]
    for chunks in ([b"".join(requests)], requests):
        long, short = (exchange(port, *chunks) for port in ports)
        assert short == long
        assert sum(line.startswith(b"HTTP/1.1 200") for line in short[0]) == len(requests) + 1  # and the last


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *((name, True) for name in ("plain", "get", "head", "timeline", "page of the site", "gzip", "close")),
        *((name, False) for name in ("long body", "chunked", "browser page", "put", "content type", "expect")),
    ],
)  # fmt: skip
def test_ordinary_requests_take_the_short_path(
    ports: tuple[int, int], monkeypatch: pytest.MonkeyPatch, name: str, *, expected: bool
) -> None:
    """Otherwise, the comparisons here would compare the long path with itself."""
    started = []
    start = ShortPath.start

    def noting(path: ShortPath, request: Any) -> Any:  # noqa: ANN401 - passed on
        started.append(request)
        return start(path, request)

    monkeypatch.setattr(ShortPath, "start", noting)
    exchange(ports[1], CASES[name])
    assert bool(started) is expected


def test_an_incomplete_request_is_logged(ports: tuple[int, int]) -> None:
    """The client ends the connection within the body."""
    long, short = (exchange(port, CASES["plain"][:-3], last=b"") for port in ports)
    assert short == long
    assert [line["status"] for line in short[1] if line["event"] == "request"] == [400]


def test_a_connection_closes_when_it_was_idle_for_the_time(sample: Dataset, tmp_path: Path) -> None:
    """The time begins at the end of the last response, of either path."""
    with (
        _serving(sample, tmp_path, ShortPathProtocol, idle_seconds=1) as port,
        socket.create_connection(("127.0.0.1", port), timeout=_SECONDS) as connection,
    ):
        for name in ("plain", "put", "plain", "plain"):
            sent = time.monotonic()
            connection.sendall(CASES[name])
            assert connection.recv(65_536).startswith(b"HTTP/1.1")
            time.sleep(0.7)
        assert connection.recv(65_536) == b""
        assert 0.9 < time.monotonic() - sent < _SECONDS / 2
