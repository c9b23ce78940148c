"""The documentation at `/docs`: pages, redirects, caching, policy, and nothing outside of it."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from tests.server_process import ROOT
from web.documentation import documentation_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site, next to a file that must not be served."""
    folder = tmp_path / "site"
    (folder / "data").mkdir(parents=True)
    (folder / "source").mkdir()
    (folder / "empty").mkdir()
    for name in ("index.html", "data/index.html"):
        (folder / name).write_text(f"<!doctype html><title>{name}</title>{' ' * 2000}", encoding="utf-8")
    for name in ("bundle.0123abcd.min.js", "chart.svg", "search.json", "source/program.py", "source/page.html"):
        (folder / name).write_text("text", encoding="utf-8")
    (folder / ".content-security-policy").write_text("default-src 'none'\n", encoding="ascii")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def serve(site: Path, *, prefix: str = "") -> TestClient:
    """A client of an app with the documentation."""
    routes = documentation_routes(site)
    app = Starlette(
        routes=[Mount(prefix, routes=routes)] if prefix else routes,
        middleware=[Middleware(RequestFrameMiddleware, log=RequestLog())],
    )
    app.router.redirect_slashes = False  # as in web/app.py
    return TestClient(app)


@pytest.mark.parametrize("prefix", ["", "/energy"])
@pytest.mark.parametrize(("path", "location"), [("/docs", "docs/"), ("/docs/data", "data/")])
def test_a_directory_has_a_slash(site: Path, prefix: str, path: str, location: str) -> None:
    """Without it, a relative redirect leads there, also below a prefix."""
    client = serve(site, prefix=prefix)
    answer = client.get(f"{prefix}{path}", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == location
    assert answer.next_request is not None
    assert answer.next_request.url.path == f"{prefix}{path}/"
    assert "<title>" in client.get(f"{prefix}{path}").text


def test_a_page_is_revalidated_and_compressed(site: Path) -> None:
    """It has an entity tag, which is confirmed, and the policy that the build wrote."""
    client = serve(site)
    answer = client.get("/docs/data/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers.get_list("content-security-policy") == ["default-src 'none'"]
    again = client.get("/docs/data/", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


def test_without_a_policy_of_its_own_a_page_has_that_of_all_pages(site: Path) -> None:
    """A site that was built without the project's command is not served without a policy."""
    (site / ".content-security-policy").unlink()
    assert "default-src 'none'" in serve(site).get("/docs/").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "media_type", "caching"),
    [
        ("bundle.0123abcd.min.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("chart.svg", "image/svg+xml", "no-cache"),
        ("search.json", "application/json", "no-cache"),
        ("source/program.py", "text/plain; charset=utf-8", "no-cache"),
        ("source/page.html", "text/plain; charset=utf-8", "no-cache"),
    ],
)
def test_a_file_has_its_type_and_caching(site: Path, path: str, media_type: str, caching: str) -> None:
    """Names with a hash are immutable; copied sources are text."""
    answer = serve(site).get(f"/docs/{path}")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["cache-control"] == caching


@pytest.mark.parametrize(
    "path",
    [
        "/docs/..%2F..%2Fsecret.txt",
        "/docs/%2e%2e/secret.txt",
        "/docs/..%2Fsecret.txt",
        "/docs/data/..%2F..%2Fsecret.txt",
        "/docs/%2Fetc%2Fpasswd",
        "/docs//etc/passwd",
        "/docs/..%5C..%5Csecret.txt",
        "/docs/index.html%00.txt",
        "/docs/way-out.txt",
        "/docs/empty/",
        "/docs/empty",
        "/docs/nothing",
        f"/docs/{'x' * 300}",
    ],
)
def test_nothing_outside_the_site_is_served(site: Path, path: str) -> None:
    """Paths and links out of the folder, and folders without a page, are 404 with a plain message."""
    answer = serve(site).get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "no such page" in answer.text


def test_without_a_build_the_message_names_the_command(tmp_path: Path) -> None:
    """And the site is served once it is built, without a restart."""
    client = serve(tmp_path / "site")
    for path in ("/docs", "/docs/", "/docs/data/"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert "make docs" in answer.text
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("built", encoding="utf-8")
    assert client.get("/docs/").text == "built"


def test_pages_are_only_read(site: Path) -> None:
    """Other methods are refused, with the allowed ones."""
    answer = serve(site).post("/docs/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_the_policy_of_the_built_site_allows_its_inline_code_only(built_site: Path) -> None:
    """Each inline script of each page by its hash; no inline code in general, no evaluation, no other origin."""
    client = serve(built_site)
    for page in built_site.rglob("*.html"):
        answer = client.get(f"/docs/{page.parent.relative_to(built_site)}/")
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        scripts = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
        assert scripts
        for script in scripts:
            assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy["script-src"]
    sources = {source for listed in policy.values() for source in listed.split() if "sha256" not in source}
    assert sources == {"'none'", "'self'", "data:"}
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert "data:" not in policy["script-src"]


def test_a_server_has_the_site_of_its_checkout(live_server: str) -> None:
    """Built, it is the page; otherwise the message."""
    answer = httpx.get(f"{live_server}/docs", follow_redirects=True)
    built = (ROOT / "site" / "index.html").is_file()
    assert answer.status_code == (200 if built else 404)
    assert ("Start in one minute" if built else "make docs") in answer.text
