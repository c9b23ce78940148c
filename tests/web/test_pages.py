"""Responses for pages and assets: content, caching and security headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from web.pages import EXPLORER_PATHS, BuiltPage, page_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request

SCRIPT = "export const answer = 42;"
EXPLORER = "<!doctype html><html><head><title>explorer</title></head></html>"
EDITOR = "<!doctype html><html><head><title>editor</title></head></html>"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A small build, next to a file that must not be served."""
    folder = tmp_path / "dist"
    (folder / "static").mkdir(parents=True)
    (folder / "index.html").write_text(EXPLORER, encoding="utf-8")
    (folder / "graphiql.html").write_text(EDITOR, encoding="utf-8")
    for name in ("index-abc.js", "page-abc.css", "icon-abc.svg", "letters-abc.ttf", "letters-abc.woff2"):
        (folder / "static" / name).write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "static" / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def serve(dist: Path, *, prefix: str = "", root_field: str | None = None) -> TestClient:
    """A client of an app with the pages, a JSON response, and a page with its own policy."""

    async def answer(_: Request) -> Response:
        return JSONResponse({"data": None})

    async def strict(_: Request) -> Response:
        return HTMLResponse("", headers={"Content-Security-Policy": "default-src 'none'"})

    editor = BuiltPage(dist / "graphiql.html", root_field=root_field, negotiated=True)
    own = [Route("/graphql", editor), Route("/answer", answer), Route("/strict", strict)]
    routes = [*own, *page_routes(dist, root_field=root_field)]
    app = Starlette(
        routes=[Mount(prefix, routes=routes)] if prefix else routes,
        middleware=[Middleware(RequestFrameMiddleware, log=RequestLog())],
    )
    return TestClient(app)


@pytest.mark.parametrize("prefix", ["", "/energy"])
@pytest.mark.parametrize("path", EXPLORER_PATHS)
def test_every_path_of_the_explorer_sends_its_page(dist: Path, path: str, prefix: str) -> None:
    """With any query string, and revalidated next time; below a prefix too."""
    answer = serve(dist, prefix=prefix).get(f"{prefix}{path}?task=gpqa", follow_redirects=False)
    assert (answer.status_code, answer.text) == (200, EXPLORER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "Accept" not in answer.headers.get_list("vary", split_commas=True)


def test_the_page_of_the_graph_is_the_editor(dist: Path) -> None:
    """Its URL sends other things to other clients."""
    answer = serve(dist).get("/graphql")
    assert answer.text == EDITOR
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "Accept" in answer.headers.get_list("vary", split_commas=True)


@pytest.mark.parametrize("path", ["/", "/graphql"])
def test_a_page_that_the_browser_has_is_not_sent_again(dist: Path, path: str) -> None:
    """A matching ETag is 304 with the headers of the page, until the page is built anew."""
    client = serve(dist)
    page = client.get(path)
    again = client.get(path, headers={"If-None-Match": f'"other", {page.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "cache-control"):
        assert again.headers[name] == page.headers[name]
    vary = again.headers.get_list("vary", split_commas=True)
    assert vary == ["Accept-Encoding", *(["Accept"] if path == "/graphql" else []), "Origin"]
    for name in ("index.html", "graphiql.html"):
        (dist / name).write_text("<!doctype html><title>new</title>", encoding="utf-8")
    assert "new" in client.get(path, headers={"If-None-Match": page.headers["etag"]}).text


def test_a_long_page_is_compressed(dist: Path) -> None:
    """Into the same page."""
    text = EXPLORER + "<!-- padding -->" * 1_000
    (dist / "index.html").write_text(text, encoding="utf-8")
    answer = serve(dist).get("/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(text) / 10
    assert answer.text == text


@pytest.mark.parametrize("prefix", ["", "/energy"])
def test_a_trailing_slash_is_removed(dist: Path, prefix: str) -> None:
    """By a relative redirect that preserves the query string, in which any byte may be."""
    client = serve(dist, prefix=prefix)
    for path in EXPLORER_PATHS[1:]:
        answer = client.get(f"{prefix}{path}/?task=a%20b&gpu_model=B200,H100&x=%22%0D%0A", follow_redirects=False)
        assert answer.status_code == 307
        assert answer.headers["location"] == f"..{path}?task=a%20b&gpu_model=B200,H100&x=%22%0D%0A"
        assert answer.next_request is not None
        assert answer.next_request.url.path == f"{prefix}{path}"
    assert client.get(f"{prefix}/runs/", follow_redirects=False).headers["location"] == "../runs"


@pytest.mark.parametrize("path", ["/calculator", "/mine", "/runs/all", "//", "/index.html", "/graphiql.html"])
def test_no_other_path_is_a_page(dist: Path, path: str) -> None:
    """Reserved paths neither."""
    assert serve(dist).get(f"http://testserver{path}", follow_redirects=False).status_code == 404


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/"])
def test_pages_are_only_read(dist: Path, path: str) -> None:
    """GET and HEAD, which has the headers of GET."""
    client = serve(dist)
    assert client.post(path).status_code == 405
    page, head = (client.request(method, path).headers for method in ("GET", "HEAD"))
    assert page.items() - head.items() == {("x-request-id", page["x-request-id"])}


@pytest.mark.parametrize("path", ["/", "/runs", "/graphql"])
def test_a_page_states_the_root_field(dist: Path, path: str) -> None:
    """In its head, escaped; its ETag is another one."""
    page = serve(dist, root_field='a"<b>').get(path)
    assert page.text.count('<meta name="mlenergy-root-field" content="a&quot;&lt;b&gt;"></head>') == 1
    plain = serve(dist).get(path)
    assert "mlenergy-root-field" not in plain.text
    assert page.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("path", ["/", "/gpus", "/graphql"])
def test_without_a_build_the_page_has_instructions(tmp_path: Path, path: str) -> None:
    """A page without scripts names the command, the Node version and a curl call."""
    answer = serve(tmp_path / "missing").get(path)
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
    paths = ("/graphql", "/")
    assert all("make ui" in client.get(path).text for path in paths)
    request.getfixturevalue("dist")  # builds it, in the same tmp_path
    assert [client.get(path).text for path in paths] == [EDITOR, EXPLORER]
    assert client.get("/static/index-abc.js").text == SCRIPT


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
