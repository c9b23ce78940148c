"""A Hugging Face Hub on 127.0.0.1: serves a directory as a dataset to the real client, and fails on command."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, ClassVar, Literal, Self
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket

Fault = Literal[
    "gated",  # 403, as to an account without access
    "unauthorized",  # 401, as to a token that is not valid
    "no-repo",
    "no-revision",
    "no-entry",
    "unavailable",  # 503
    "throttled",  # 429 with a Retry-After of an hour
    "busy",  # 429 with a Retry-After of no time
    "hang",  # accepts and never answers
    "cut",  # half the body, then the connection is closed
    "drip",  # the body, a byte at a time
    "damaged",  # a body of the right length with a wrong byte
    "no-hub",  # a web page, as from a captive portal
]

# A raw file of the dataset that `write_dataset` writes.
RESULTS = "llm/h100/current/run/llm/gpqa/results/org/model/H100/num_gpus+1+max_num_seqs+8/results.json"

# Status, X-Error-Code and other headers of the faults that are plain refusals, as the Hub words them.
_REFUSALS: dict[Fault, tuple[int, dict[str, str]]] = {
    "gated": (403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access to dataset is restricted"}),
    "unauthorized": (401, {"X-Error-Message": "Invalid credentials in Authorization header"}),
    "no-repo": (404, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"}),
    "no-revision": (404, {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"}),
    "no-entry": (404, {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"}),
    "unavailable": (503, {}),
    "throttled": (429, {"Retry-After": "3600"}),
    "busy": (429, {"Retry-After": "0"}),
}

# Files that the Hub keeps outside of git, named by their SHA-256.
_LARGE = (".parquet", ".json")
_DRIP_SECONDS = 0.05


@dataclass(frozen=True)
class Seen:
    """One request: method, path with query, whether it carried a token, and the range it asked for."""

    method: str
    path: str
    authorized: bool
    range: str | None


@dataclass
class _Order:
    fault: Fault
    part_of_path: str
    method: str | None
    times: float


class LoopbackHub:
    """Serves while it is entered, from threads of this process.

    Args:
        directory: The dataset.
        repo: The name it is served under.
        commit: The commit that `main` stands for.
        storage: The address of another LoopbackHub that large files are redirected to, as the Hub does; or None.
        page_size: How many entries of the tree one answer lists.
    """

    def __init__(
        self,
        directory: Path,
        *,
        repo: str = "ml-energy/benchmark-v3",
        commit: str = "a" * 40,
        storage: str | None = None,
        page_size: int = 1000,
    ) -> None:
        self.repo = repo
        self.main = commit
        self.commits = {commit: directory}
        self.storage = storage
        self.page_size = page_size
        self.requests: list[Seen] = []
        self.closing = Event()
        self._orders: list[_Order] = []
        self._lock = Lock()
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Go down: from now on connections are refused."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def publish(self, directory: Path, *, commit: str) -> None:
        """Let `main` be a new commit; the ones before stay."""
        self.commits[commit] = directory
        self.main = commit

    def fail(self, fault: Fault, *, on: str = "", method: str | None = None, times: float = float("inf")) -> None:
        """Fail the next so many requests whose path contains `on`, of one method or any."""
        self._orders.append(_Order(fault, on, method, times))

    def heal(self) -> None:
        """Forget every fault."""
        self._orders.clear()

    def paths(self, method: str | None = None) -> list[str]:
        """Return the paths that were asked for."""
        return [seen.path for seen in self.requests if method in {None, seen.method}]

    def fault_for(self, method: str, path: str) -> Fault | None:
        """Return the fault that is due for a request, and count it."""
        with self._lock:
            for order in self._orders:
                if order.part_of_path in path and order.method in {None, method} and order.times >= 1:
                    order.times -= 1
                    return order.fault
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.connections: list[socket] = []

    def get_request(self) -> tuple[socket, tuple[str, int]]:
        """Keep each connection, so that going down ends those that are kept alive too."""
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def server_close(self) -> None:
        """Refuse new connections and end the open ones."""
        super().server_close()
        for connection in self.connections:
            with suppress(OSError):  # the client was quicker
                connection.shutdown(SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that left: they are meant to."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart; it would hold the body back for 40 ms
    hub: ClassVar[LoopbackHub]

    def do_GET(self) -> None:
        fault = self.hub.fault_for(self.command, self.path)
        token, asked = self.headers.get("Authorization"), self.headers.get("Range")
        self.hub.requests.append(Seen(self.command, self.path, token is not None, asked))
        if fault == "hang":
            self.hub.closing.wait()
            self.close_connection = True
        elif fault == "no-hub":
            self._send(200, b"<html>Welcome to the airport</html>", {"Content-Type": "text/html"})
        elif fault in _REFUSALS:
            self._refuse(fault)
        else:
            self._route(fault)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, *arguments: object) -> None:
        """Say nothing: `LoopbackHub.requests` is the log."""

    def _route(self, fault: Fault | None) -> None:
        url = urlsplit(self.path)
        repo, page = self.hub.repo, parse_qs(url.query)
        match = re.fullmatch(
            rf"/api/datasets/{repo}(?:/revision/(?P<revision>[^/]+)|/tree/(?P<tree>[^/]+))?"
            rf"|/datasets/{repo}/resolve/(?P<resolve>[^/]+)/(?P<file>.+)|/storage/(?P<stored>[^/]+)/(?P<blob>.+)",
            url.path,
        )
        if match is None:
            self._refuse("no-repo")
            return
        asked = match["revision"] or match["tree"] or match["resolve"] or match["stored"] or "main"
        commit = self.hub.main if asked == "main" else unquote(asked)
        if commit not in self.hub.commits:
            self._refuse("no-revision")
        elif match["tree"]:
            self._send_tree(commit, start=int(page.get("cursor", ["0"])[0]))
        elif file := match["file"] or match["blob"]:
            self._send_file(commit, unquote(file), fault)
        else:
            self._send_json({"id": repo, "sha": commit, "private": False, "gated": "auto", "siblings": []})

    def _send_tree(self, commit: str, *, start: int) -> None:
        root = self.hub.commits[commit]
        entries = [_entry(path, root) for path in sorted(root.rglob("*"))]
        end = start + self.hub.page_size
        more = f"{self.hub.url}/api/datasets/{self.hub.repo}/tree/{commit}?recursive=True&cursor={end}"
        self._send_json(entries[start:end], {"Link": f'<{more}>; rel="next"'} if end < len(entries) else {})

    def _send_file(self, commit: str, file: str, fault: Fault | None) -> None:
        path = self.hub.commits[commit] / file
        if not path.is_file():
            self._refuse("no-entry")
            return
        body = path.read_bytes()
        large, digest = file.endswith(_LARGE), _digest(file, body)
        headers = {"X-Repo-Commit": commit, "ETag": f'"{digest}"', "Accept-Ranges": "bytes"}
        if large:  # the Hub offers these for download by Xet, which this one does not have
            headers |= {"X-Xet-Hash": digest, "X-Xet-Refresh-Route": f"{self.hub.url}/xet-read-token/{commit}"}
        if large and self.hub.storage is not None:
            linked = {"X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(len(body))}
            place = f"{self.hub.storage}/storage/{commit}/{quote(file)}"
            self._send(302, b"", headers | linked | {"Location": place})
            return
        status = 200
        if start := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")):
            first = int(start[1])
            headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
            status, body = 206, body[first:]
        self._send(status, body, headers, fault=fault)

    def _refuse(self, fault: Fault) -> None:
        status, headers = _REFUSALS[fault]
        self._send(status, json.dumps({"error": headers.get("X-Error-Message", fault)}).encode(), headers)

    def _send_json(self, answer: object, headers: dict[str, str] | None = None) -> None:
        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"} | (headers or {}))

    def _send(self, status: int, body: bytes, headers: dict[str, str], *, fault: Fault | None = None) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        match fault:
            case "cut":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            case "drip":
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    if self.hub.closing.wait(_DRIP_SECONDS):
                        break
            case "damaged":
                self.wfile.write(body[:-1] + bytes([body[-1] ^ 1]))
            case _:
                self.wfile.write(body)


def write_dataset(directory: Path, *, mark: str = "first") -> Path:
    """Write a few small files in the dataset's layout, all of which hold the mark."""
    for name in ("llm", "diffusion"):
        table = directory / "runs" / f"{name}.parquet"
        table.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"mark": [f"{name} {mark}"] * 3}), table)
    texts = {
        RESULTS: json.dumps({"mark": mark, "timeline": [0] * 100}),
        "configs/vllm/gpqa/org/model/H100/monolithic.config.yaml": f"mark: {mark}\n",
        "README.md": f"# {mark}\n",
        "LICENSE": "",
    }
    for file, text in texts.items():
        (directory / file).parent.mkdir(parents=True, exist_ok=True)
        (directory / file).write_text(text)
    return directory


def _entry(path: Path, root: Path) -> dict[str, object]:
    name = path.relative_to(root).as_posix()
    if path.is_dir():
        return {"type": "directory", "path": name, "oid": _git_digest(name.encode()), "size": 0}
    body = path.read_bytes()
    entry = {"type": "file", "path": name, "size": len(body), "oid": _git_digest(body)}
    if name.endswith(_LARGE):
        return {**entry, "lfs": {"oid": _digest(name, body), "size": len(body), "pointerSize": 130}}
    return entry


def _digest(name: str, body: bytes) -> str:
    return hashlib.sha256(body).hexdigest() if name.endswith(_LARGE) else _git_digest(body)


def _git_digest(body: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
