"""A Hugging Face Hub on 127.0.0.1 that serves a directory as a dataset to the real client, with faults on demand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal, Self

from tests.loopback_dataset import COMMIT, REPO
from tests.loopback_handler import HubHandler

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket

Fault = Literal[
    "gated",  # 403, as for an account without access
    "unauthorized",  # 401, as for an invalid token
    "no-repo",
    "no-revision",
    "no-entry",
    "unavailable",  # 503
    "throttled",  # 429 with a Retry-After of an hour
    "busy",  # 429 with a Retry-After of 0 s
    "hang",  # accepts the connection and never responds
    "cut",  # half the body, then the connection is closed
    "drip",  # the body, a byte at a time
    "damaged",  # a body of the right length with a wrong byte
    "no-hub",  # a web page, as from a captive portal
]


@dataclass(frozen=True)
class ReceivedRequest:
    """A request: method, path with query, whether it carried a token, and its Range header."""

    method: str
    path: str
    authorized: bool
    range: str | None


@dataclass
class _FaultRule:
    fault: Fault
    part_of_path: str
    method: str | None
    times: float


class LoopbackHub:
    """A Hub that runs in threads of this process, within a `with` block.

    Args:
        directory: The dataset.
        repo: Its repository name.
        commit: The commit of `main`.
        storage: URL of another LoopbackHub to redirect large files to, as the Hub does; or None.
        page_size: Number of tree entries in one response.
    """

    def __init__(
        self,
        directory: Path,
        *,
        repo: str = REPO,
        commit: str = COMMIT,
        storage: str | None = None,
        page_size: int = 1000,
    ) -> None:
        self.repo = repo
        self.main = commit
        self.commits = {commit: directory}
        self.storage = storage
        self.page_size = page_size
        self.requests: list[ReceivedRequest] = []
        self.closing = Event()
        self._rules: list[_FaultRule] = []
        self._lock = Lock()
        handler = type("Handler", (HubHandler,), {"hub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop: connections are refused from now on."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def publish(self, directory: Path, *, commit: str) -> None:
        """Move `main` to a new commit; earlier commits stay available."""
        self.commits[commit] = directory
        self.main = commit

    def fail(self, fault: Fault, *, on: str = "", method: str | None = None, times: float = float("inf")) -> None:
        """Apply the fault to the next `times` requests whose path contains `on`, of one method or any."""
        self._rules.append(_FaultRule(fault, on, method, times))

    def heal(self) -> None:
        """Remove all faults."""
        self._rules.clear()

    def paths(self, method: str | None = None) -> list[str]:
        """Return the paths of the received requests."""
        return [received.path for received in self.requests if method in {None, received.method}]

    def receive(self, method: str, path: str, *, authorized: bool, byte_range: str | None) -> Fault | None:
        """Record a request, and return the fault that applies to it."""
        with self._lock:
            self.requests.append(ReceivedRequest(method, path, authorized, byte_range))
            for rule in self._rules:
                if rule.part_of_path in path and rule.method in {None, method} and rule.times >= 1:
                    rule.times -= 1
                    return rule.fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.connections: list[socket] = []

    def get_request(self) -> tuple[socket, tuple[str, int]]:
        """Record each connection, so that closing the server ends idle ones too."""
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def server_close(self) -> None:
        """Refuse new connections and end the open ones."""
        super().server_close()
        for connection in self.connections:
            with suppress(OSError):  # already closed by the client
                connection.shutdown(SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that disconnect: tests expect it."""
