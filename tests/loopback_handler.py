"""The HTTP handler of LoopbackHub: the Hub's routes, headers and refusals."""

from __future__ import annotations

import hashlib
import json
import re
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from tests.loopback_hub import Fault, LoopbackHub

# Status, X-Error-Code and other headers of the faults that are refusals, as the Hub words them.
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

# Files that the Hub stores outside of git, named by their SHA-256.
_LARGE = (".parquet", ".json")
_DRIP_SECONDS = 0.05


class HubHandler(BaseHTTPRequestHandler):
    """Handles the requests of one LoopbackHub, which is set as `hub` in a subclass."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body, which is written after the head, is delayed by 40 ms
    hub: ClassVar[LoopbackHub]

    def do_GET(self) -> None:
        """Apply the fault of the request, else answer it."""
        authorized, byte_range = "Authorization" in self.headers, self.headers.get("Range")
        fault = self.hub.receive(self.command, self.path, authorized=authorized, byte_range=byte_range)
        if fault == "hang":
            self.hub.closing.wait()
            self.close_connection = True
        elif fault == "no-hub":
            self._send(200, b"<html>Welcome to the airport</html>", {"Content-Type": "text/html"})
        elif fault in _REFUSALS:
            self._refuse(fault)
        else:
            self._route(fault)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server looks up

    def log_message(self, *arguments: object) -> None:
        """Log nothing: `LoopbackHub.requests` is the log."""

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
        revision = match["revision"] or match["tree"] or match["resolve"] or match["stored"] or "main"
        commit = self.hub.main if revision == "main" else unquote(revision)
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
        if large:  # the Hub offers these for download by Xet, which this one does not support
            headers |= {"X-Xet-Hash": digest, "X-Xet-Refresh-Route": f"{self.hub.url}/xet-read-token/{commit}"}
        if large and self.hub.storage is not None:
            linked = {"X-Linked-Etag": f'"{digest}"', "X-Linked-Size": str(len(body))}
            location = f"{self.hub.storage}/storage/{commit}/{quote(file)}"
            self._send(302, b"", headers | linked | {"Location": location})
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

    def _send_json(self, content: object, headers: dict[str, str] | None = None) -> None:
        self._send(200, json.dumps(content).encode(), {"Content-Type": "application/json"} | (headers or {}))

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
