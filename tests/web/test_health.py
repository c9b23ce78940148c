"""Health checks and graceful shutdown."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.server_process import ROOT
from tests.web.observed_server import ObservedServer, observed_server
from web.health import health_routes
from web.release import project_version

if TYPE_CHECKING:
    from pathlib import Path

QUERY = json.dumps({"query": "{ __typename }"}).encode()
GRACE_SECONDS = 2


def half_sent(server: ObservedServer) -> socket.socket:
    """Return a connection with an incomplete request."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(QUERY)}\r\n\r\n"
    )
    connection.sendall(head.encode() + QUERY[:5])
    time.sleep(0.2)  # until the server has read it: nothing tells
    return connection


@pytest.mark.parametrize(
    ("path", "body"),
    [("/livez", {"status": "alive", "version": project_version(ROOT)}), ("/readyz", {"status": "ready"})],
)
def test_a_running_server_is_alive_and_ready(live_server: str, path: str, body: dict[str, str]) -> None:
    """By GET and HEAD, without HTTP caching; `/livez` states the version."""
    response = httpx.get(live_server + path)

    assert response.status_code == 200
    assert response.json() == body
    assert response.headers["cache-control"] == "no-store"
    assert httpx.head(live_server + path).status_code == 200


def test_a_server_is_alive_before_it_is_ready() -> None:
    """503 keeps requests away without a restart of the process."""
    app = Starlette(routes=health_routes("1"))
    app.state.ready = False
    client = TestClient(app)

    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").status_code == 503
    app.state.ready = True
    assert client.get("/readyz").status_code == 200


def test_sigterm_stops_an_idle_server_at_once(tmp_path: Path) -> None:
    """With exit code 0, in spite of a keep-alive connection."""
    with observed_server(tmp_path) as server, httpx.Client() as client:
        client.get(f"{server.address}/livez")
        began = time.monotonic()

        assert server.terminate() == 0
        assert time.monotonic() - began < GRACE_SECONDS
        assert all(line["level"] != "error" for line in server.lines())


def test_a_request_in_progress_is_finished(tmp_path: Path) -> None:
    """It started before SIGTERM and gets its response; new connections are rejected."""
    with observed_server(tmp_path) as server, half_sent(server) as connection:
        server.process.terminate()
        time.sleep(0.2)  # until the server has heard it
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.address}/readyz")
        connection.sendall(QUERY[5:])
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece

        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.endswith(b'{"data":{"__typename":"Query"}}')
        assert server.process.wait(timeout=20) == 0


def test_an_endless_request_does_not_delay_the_shutdown(tmp_path: Path) -> None:
    """After the grace period it gets an error response, and the exit code is 0."""
    with (
        observed_server(tmp_path, "--shutdown-seconds", str(GRACE_SECONDS)) as server,
        half_sent(server) as connection,
    ):
        began = time.monotonic()

        assert server.terminate() == 0
        assert GRACE_SECONDS * 0.5 < time.monotonic() - began < GRACE_SECONDS + 3
        answer = connection.recv(65_536)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b'"code":"OVERLOADED"' in answer
        assert all("exception" not in line for line in server.lines())
