"""The built documentation in a real browser, below a prefix: it works, and sends no request to other origins."""

from __future__ import annotations

import os
import shutil
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from tests.server_process import free_port
from web.documentation import documentation_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import ConsoleMessage

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE = {"width": 390, "height": 844}


def _lacking(what: str) -> NoReturn:
    """Fail in CI if a requirement is missing; skip the test elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI tests the documentation in a browser: {what}")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    chromium = shutil.which("chromium")
    if chromium is None:
        _lacking("there is no `chromium` on the PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(built_site: Path) -> Iterator[str]:
    """URL of the documentation, below a prefix as behind a proxy."""
    app = Starlette(
        routes=[Mount("/energy", routes=documentation_routes(built_site))],
        middleware=[Middleware(RequestFrameMiddleware, log=RequestLog())],
    )
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}/energy/docs"
    server.should_exit = True
    thread.join(timeout=10)


@dataclass
class Visit:
    """An opened page, with its requests and its console messages."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note_console(self, message: ConsoleMessage) -> None:
        """Record warnings and errors; a violation of the content security policy is an error."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """An empty page of an empty profile."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page())
    context.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("console", visit.note_console)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    yield visit
    context.close()


def test_the_pages_load_nothing_from_elsewhere_and_report_nothing(visit: Visit, address: str, built_site: Path) -> None:
    """Each page outside the decisions: no foreign origin, no missing file, no violation of the policy."""
    for page in sorted(built_site.rglob("index.html")):
        path = page.parent.relative_to(built_site).as_posix()
        if not path.startswith("adr/"):
            visit.page.goto(f"{address}/{path}/".replace("/./", "/"))
            assert visit.page.locator("h1").count() == 1, path
    visit.page.wait_for_load_state("networkidle")
    assert [url for url in visit.requests if not url.startswith((f"{address}", "data:"))] == []
    assert visit.complaints == []


def test_links_work_below_a_prefix(visit: Visit, address: str) -> None:
    """From the address without a slash to another page, by the navigation."""
    visit.page.goto(address)
    assert visit.page.url == f"{address}/"
    visit.page.get_by_role("link", name="How the numbers are defined").first.click()
    visit.page.wait_for_url(f"{address}/definitions/")
    expect(visit.page.locator("h1")).to_contain_text("How the numbers are defined")


def test_the_search_finds_a_page(visit: Visit, address: str) -> None:
    """The index and the worker load under the policy, and the result is styled."""
    visit.page.goto(f"{address}/")
    visit.page.locator(".md-search__button").click()
    visit.page.locator("dialog input").fill("cascade_from_unstable_batch")
    result = visit.page.locator("dialog a", has_text="Stability")
    result.wait_for()
    assert result.evaluate("element => getComputedStyle(element).textDecorationLine") == "none"
    assert [worker.url.rpartition("/")[2].partition(".")[0] for worker in visit.page.workers] == ["search"]
    assert visit.complaints == []


def test_the_colour_scheme_is_remembered(visit: Visit, address: str) -> None:
    """The inline script that restores it before the page is drawn is allowed."""
    visit.page.emulate_media(color_scheme="light")
    visit.page.goto(f"{address}/")
    body = visit.page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    for _ in range(2):
        visit.page.locator("label[title^='Switch to']:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    visit.page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    assert visit.complaints == []


def test_a_phone_scrolls_in_one_direction(visit: Visit, address: str) -> None:
    """Wide tables and code scroll in their own boxes."""
    visit.page.set_viewport_size(PHONE)  # type: ignore[arg-type] # a plain dictionary
    for path in ("", "cookbook/", "limits/", "definitions/", "performance/", "explorer/"):
        visit.page.goto(f"{address}/{path}")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
