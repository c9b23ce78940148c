"""Responses for pages and assets: content, caching and security headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from web.pages import ExplorerPage, page_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

SCRIPT = "export const answer = 42;"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A small build, next to a file that must not be served."""
    folder = tmp_path / "dist"
    (folder / "static").mkdir(parents=True)
    (folder / "graphiql.html").write_text("<!doctype html><title>built</title>", encoding="utf-8")
    for name in ("index-abc.js", "page-abc.css", "icon-abc.svg", "letters-abc.ttf", "letters-abc.woff2"):
        (folder / "static" / name).write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "static" / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def serve(dist: Path, *, prefix: str = "") -> TestClient:
    """A client of an app with the pages, a JSON response, and a page with its own policy."""

    async def answer(_: Request) -> Response:
        return JSONResponse({"data": None})

    async def strict(_: Request) -> Response:
        return HTMLResponse("", headers={"Content-Security-Policy": "default-src 'none'"})

    own = [Route("/graphql", ExplorerPage(dist)), Route("/answer", answer), Route("/strict", strict)]
    routes = [*own, *page_routes(dist)]
    app = Starlette(
        routes=[Mount(prefix, routes=routes)] if prefix else routes,
        middleware=[Middleware(RequestFrameMiddleware, log=RequestLog())],
    )
    return TestClient(app)


def test_the_page_is_the_built_one(dist: Path) -> None:
    """If the build exists, a browser gets its index page, and revalidates it next time."""
    answer = serve(dist).get("/graphql")
    assert answer.text == "<!doctype html><title>built</title>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "Accept" in answer.headers.get_list("vary", split_commas=True)


def test_without_a_build_the_page_has_instructions(tmp_path: Path) -> None:
    """A page without scripts names the command, the Node version and a curl call."""
    answer = serve(tmp_path / "missing").get("/graphql")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "make ui" in answer.text
    assert "20.19" in answer.text
    assert "curl " in answer.text
    assert "<script" not in answer.text


def test_without_a_build_an_asset_is_not_found(tmp_path: Path) -> None:
    """A missing folder is 404, not a server error."""
    assert serve(tmp_path / "missing").get("/static/index-abc.js").status_code == 404


def test_a_build_that_appears_later_is_served(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """`make ui` needs no restart of the server."""
    client = serve(tmp_path / "dist")
    assert "make ui" in client.get("/graphql").text
    request.getfixturevalue("dist")  # builds it, in the same tmp_path
    assert "built" in client.get("/graphql").text
    assert client.get("/static/index-abc.js").text == SCRIPT


@pytest.mark.parametrize("prefix", ["", "/energy"])
def test_the_root_leads_to_the_graph(dist: Path, prefix: str) -> None:
    """`/` redirects by a relative URL, which works below a prefix too."""
    answer = serve(dist, prefix=prefix).get(f"{prefix}/", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "graphql"
    assert answer.next_request is not None
    assert answer.next_request.url.path == f"{prefix}/graphql"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("index-abc.js", "text/javascript; charset=utf-8"),
        ("page-abc.css", "text/css; charset=utf-8"),
        ("icon-abc.svg", "image/svg+xml"),
        ("letters-abc.ttf", "font/ttf"),
        ("letters-abc.woff2", "font/woff2"),
    ],
)
def test_an_asset_has_its_type_and_is_cached(dist: Path, name: str, media_type: str) -> None:
    """Assets have the type that `nosniff` requires, and are immutable."""
    answer = serve(dist).get(f"/static/{name}")
    assert answer.text == SCRIPT
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_types_of_assets_do_not_depend_on_the_machine(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine that maps JavaScript to text/plain (some Windows registries do), the type is correct."""

    def plain(*_: object, **__: object) -> tuple[str, None]:
        return "text/plain", None

    monkeypatch.setattr("starlette.responses.guess_type", plain)
    assert serve(dist).get("/static/index-abc.js").headers["content-type"] == "text/javascript; charset=utf-8"


def test_an_asset_that_the_browser_has_is_not_sent_again(dist: Path) -> None:
    """A matching ETag is 304 with the same caching."""
    client = serve(dist)
    etag = client.get("/static/index-abc.js").headers["etag"]
    answer = client.get("/static/index-abc.js", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2F..%2Fsecret.txt",
        "/static/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/static/..%2Fgraphiql.html",
        "/static/%2Fetc%2Fpasswd",
        "/static/..%5C..%5Csecret.txt",
        "/static/index-abc.js%00.txt",
        "/static/way-out.txt",
        "/static/",
        "/static/nothing.js",
    ],
)
def test_nothing_outside_the_assets_is_served(dist: Path, path: str) -> None:
    """Paths and links out of the folder, and the folder itself, are 404 without caching."""
    answer = serve(dist).get(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_assets_are_only_read(dist: Path) -> None:
    """Other methods than GET and HEAD are 405 with `Allow`."""
    answer = serve(dist).post("/static/index-abc.js")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_a_page_may_not_be_framed_and_loads_only_its_own(dist: Path) -> None:
    """HTML has a policy for its own origin only, without inline scripts."""
    headers = serve(dist).get("/graphql").headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert {source for sources in policy.values() for source in sources.split()} <= {
        "'none'",
        "'self'",
        "'unsafe-inline'",
        "data:",
    }
    assert [name for name, sources in policy.items() if "'unsafe-inline'" in sources] == ["style-src"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-opener-policy"] == "same-origin"


def test_a_script_carries_the_policy_for_its_worker(dist: Path) -> None:
    """A worker runs under the policy of its own script."""
    client = serve(dist)
    page, script = client.get("/graphql").headers, client.get("/static/index-abc.js").headers
    assert script["content-security-policy"] == page["content-security-policy"]


@pytest.mark.parametrize("path", ["/graphql", "/answer", "/static/index-abc.js", "/static/nothing.js", "/"])
def test_every_response_has_the_common_security_headers(dist: Path, path: str) -> None:
    """A browser neither guesses its type nor sends its URL to other sites."""
    headers = serve(dist).get(path, follow_redirects=False).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_data_has_no_page_policy(dist: Path) -> None:
    """The long policy would only make each response longer."""
    assert "content-security-policy" not in serve(dist).get("/answer").headers


def test_a_policy_of_the_app_stays(dist: Path) -> None:
    """A header that the app sets is neither replaced nor doubled."""
    headers = serve(dist).get("/strict").headers
    assert headers.get_list("content-security-policy") == ["default-src 'none'"]


def test_the_same_answer_can_be_sent_twice() -> None:
    """Headers are added to the message, not to a response object that an app may reuse."""
    response = JSONResponse({"data": None})

    async def answer(_: Request) -> Response:
        return response

    client = TestClient(
        Starlette(routes=[Route("/", answer)], middleware=[Middleware(RequestFrameMiddleware, log=RequestLog())])
    )
    client.get("/")
    assert client.get("/").headers.get_list("x-content-type-options") == ["nosniff"]
