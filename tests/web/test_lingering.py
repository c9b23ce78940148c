"""Error responses reach a client that is still sending: four clients against a real server, and the limits."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from web.lingering import LingeringClose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PIECES = 50
PIECE = b" " * 100_000
BODY = PIECE * PIECES
JSON = {"Content-Type": "application/json"}
PAUSE = 0.02

# Sends a body, in pieces if `slowly` is set, and prints status, `Connection` and body.
NODE = """
const [, address, slowly, type] = process.argv;
const pieces = Array(50).fill(Buffer.alloc(100000, ' '));
async function* slow() { for (const piece of pieces) { yield piece; await new Promise((f) => setTimeout(f, 20)); } }
const body = slowly === 'true' ? ReadableStream.from(slow()) : Buffer.concat(pieces);
const response = await fetch(address, { method: 'POST', headers: { 'content-type': type }, body, duplex: 'half' });
console.log(JSON.stringify([response.status, response.headers.get('connection'), await response.json()]));
"""

Answer = tuple[int, str | None, Any]


def _pieces() -> Iterator[bytes]:
    for _ in range(PIECES):
        yield PIECE
        time.sleep(PAUSE)


def by_urllib(address: str, folder: Path, content_type: str, *, slowly: bool) -> Answer:
    """Python's own client, which always sends `Connection: close`."""
    del folder
    headers = {"Content-Type": content_type, "Content-Length": str(len(BODY))}
    request = urllib.request.Request(address, data=_pieces() if slowly else BODY, headers=headers)  # noqa: S310 - loopback
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=30)  # noqa: S310 - as above
    with caught.value as error:
        return error.code, error.headers["connection"], json.load(error)


def by_httpx(address: str, folder: Path, content_type: str, *, slowly: bool) -> Answer:
    """The client of these tests."""
    del folder
    response = httpx.post(
        address, content=_pieces() if slowly else BODY, headers={"content-type": content_type}, timeout=30
    )
    return response.status_code, response.headers.get("connection"), response.json()


def by_curl(address: str, folder: Path, content_type: str, *, slowly: bool) -> Answer:
    """Sends `Expect: 100-continue` before a long body."""
    body = folder / "body"
    body.write_bytes(BODY)
    command = [shutil.which("curl") or "curl", "--silent", "--show-error", "--max-time", "30", "--include", "--http1.1"]
    rate = ["--limit-rate", "4M"] if slowly else ["--header", "Expect:"]
    sent = ["--header", f"Content-Type: {content_type}", "--data-binary", f"@{body}", address]
    done = subprocess.run([*command, *rate, *sent], capture_output=True, check=True)  # noqa: S603 - a client of our own server
    head, _, text = done.stdout.rpartition(b"\r\n\r\n")
    status, *lines = head.rpartition(b"\r\n\r\n")[2].split(b"\r\n")
    headers = dict(line.lower().split(b": ", 1) for line in lines)
    return int(status.split()[1]), headers[b"connection"].decode(), json.loads(text)


def by_node(address: str, folder: Path, content_type: str, *, slowly: bool) -> Answer:
    """`fetch` of Node, the basis of most GraphQL clients in JavaScript."""
    del folder
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    command = [node, "--input-type=module", "-e", NODE, "--", address, str(slowly).lower(), content_type]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)  # noqa: S603 - as above
    status, connection, body = json.loads(done.stdout)
    return status, connection, body


CLIENTS: list[Callable[..., Answer]] = [by_urllib, by_httpx, by_curl, by_node]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
@pytest.mark.parametrize("slowly", [False, True], ids=["at once", "slowly"])
def test_every_client_reads_the_refusal_of_a_long_body(
    live_server: str,
    tmp_path: Path,
    client: Callable[..., Answer],
    slowly: bool,  # noqa: FBT001 - pytest fills it in by name
) -> None:
    """5 MB where 1 MiB is allowed: the complete JSON, and `Connection: close`."""
    for _ in range(2 if slowly else 5):
        status, connection, body = client(f"{live_server}/graphql", tmp_path, "application/json", slowly=slowly)
        assert (status, connection) == (413, "close")
        assert body["errors"][0]["message"].startswith("The body is longer than 1048576 bytes")


@pytest.mark.parametrize(
    ("path", "content_type", "expected"),
    [("/graphql", "text/plain", 415), ("/nowhere", "application/json", 404), ("/livez", "application/json", 405)],
)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_every_refusal_before_the_body_is_read_reaches_the_client(
    live_server: str, tmp_path: Path, client: Callable[..., Answer], path: str, content_type: str, expected: int
) -> None:
    """From every part of the server."""
    status, connection, body = client(f"{live_server}{path}", tmp_path, content_type, slowly=False)
    assert (status, connection) == (expected, "close")
    assert body["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_gateway_reads_the_error_for_too_many_representations(live_server: str) -> None:
    """100,000 of them are a body that is too long."""
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }"
    representations = [{"__typename": "GPU", "model": "B200"}] * 100_000
    content = json.dumps({"query": query, "variables": {"r": representations}}).encode()
    request = urllib.request.Request(f"{live_server}/graphql", data=content, headers=JSON)  # noqa: S310 - loopback
    for _ in range(5):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=30)  # noqa: S310 - as above
        with caught.value as error:
            assert error.code == 413
            assert json.load(error)["errors"]


def test_a_body_that_is_read_to_its_end_keeps_the_connection(live_server: str) -> None:
    """Errors in its content, and requests without a body, close nothing."""
    with httpx.Client(base_url=live_server) as client:
        for response in (
            client.post("/graphql", content=b"{", headers=JSON),
            client.get("/nowhere"),
            client.get("/graphql", params={"query": "{ __typename }"}),
            client.put("/graphql"),
        ):
            assert "connection" not in response.headers, response.request


def _send_endlessly(
    address: str, head: str, *, pause: float = 0.0, piece: int = 65_536, answered_at_once: bool = False
) -> tuple[int, float, bytes]:
    """Send chunks until the server closes; return the number of bytes, the duration, and the response.

    A server that closes while input is unread resets the connection, which loses a response that was not read yet. So
    the response of one that answers at once is read before the body is sent.
    """
    parts = urlsplit(address)
    chunk = b"%x\r\n" % piece + b" " * piece + b"\r\n"
    began, sent, received = time.monotonic(), 0, b""
    with socket.create_connection((parts.hostname, parts.port), timeout=60) as connection:
        connection.sendall(head.encode() + b"Host: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        if answered_at_once:
            while not received.endswith(b"no"):
                received += connection.recv(65_536)
        connection.settimeout(0.5)
        while time.monotonic() - began < 60:
            try:
                sent += connection.send(chunk)
            except TimeoutError:
                pass
            except OSError:
                break
            time.sleep(pause)
            if not received:
                connection.setblocking(False)
                with suppress(BlockingIOError):
                    received = connection.recv(65_536)
                connection.settimeout(0.5)
    return sent, time.monotonic() - began, received


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("POST /graphql HTTP/1.1\r\nContent-Type: application/json\r\n", b"413"),
        ("GET /graphql?query={__typename} HTTP/1.1\r\n", b"200"),
        ("POST /nowhere HTTP/1.1\r\n", b"404"),
    ],
)
def test_an_endless_body_is_read_up_to_64_mib(live_server: str, head: str, status: bytes) -> None:
    """After that the connection closes."""
    sent, seconds, received = _send_endlessly(live_server, head)
    assert received.startswith(b"HTTP/1.1 " + status)
    assert sent < 2**26 + 2**24  # what lies in the buffers of both sockets
    assert seconds < 45


@contextmanager
def _small_bounds() -> Iterator[str]:
    """Run a server that responds without reading, within small limits; yield its URL."""
    app = LingeringClose(PlainTextResponse("no", 413), max_bytes=2**20, idle_seconds=0.5, total_seconds=2)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize(
    ("pause", "piece", "least", "most"),
    [(0, 65_536, 0, 1.5), (0.1, 1_000, 1.5, 10), (3, 1, 0.4, 8)],
    ids=["fast", "slow", "idle"],
)
def test_input_is_discarded_within_each_bound(pause: float, piece: int, least: float, most: float) -> None:
    """Bytes, total time, and pauses."""
    with _small_bounds() as address:
        sent, seconds, received = _send_endlessly(
            address, "POST / HTTP/1.1\r\n", pause=pause, piece=piece, answered_at_once=True
        )
    assert received.startswith(b"HTTP/1.1 413 ")
    assert received.endswith(b"no")
    assert least < seconds < most
    assert sent < 2**23
