"""The built documentation in a real browser, below a prefix: it works, and sends no request to other origins."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
import uvicorn
from playwright.sync_api import expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from tests.browser import PHONE, Visits
from tests.server_process import free_port
from web.documentation import documentation_routes
from web.request_frame import RequestFrameMiddleware
from web.request_log import RequestLog

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from tests.browser import Visit


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


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """The first page, opened with an empty profile."""
    visits = Visits(browser)
    yield visits(address)
    visits.close()


def test_the_pages_load_nothing_from_elsewhere_and_report_nothing(visit: Visit, built_site: Path) -> None:
    """Each page outside the decisions: no foreign origin, no missing file, no violation of the policy."""
    for page in sorted(built_site.rglob("index.html")):
        path = page.parent.relative_to(built_site).as_posix()
        if not path.startswith("adr/"):
            visit.page.goto(f"{visit.base}/{path}/".replace("/./", "/"))
            assert visit.page.locator("h1").count() == 1, path
    visit.page.wait_for_load_state("networkidle")
    assert [url for url in visit.requests if not url.startswith((visit.base, "data:"))] == []
    assert visit.complaints == []


def test_links_work_below_a_prefix(visit: Visit) -> None:
    """From the address without a slash to another page, by the navigation."""
    visit.page.goto(visit.base)
    assert visit.page.url == f"{visit.base}/"
    visit.page.get_by_role("link", name="How the numbers are defined").first.click()
    visit.page.wait_for_url(f"{visit.base}/definitions/")
    expect(visit.page.locator("h1")).to_contain_text("How the numbers are defined")


def test_the_search_finds_a_page(visit: Visit) -> None:
    """The index and the worker load under the policy, and the result is styled."""
    visit.open("/")
    visit.page.locator(".md-search__button").click()
    visit.page.locator("dialog input").fill("cascade_from_unstable_batch")
    result = visit.page.locator("dialog a", has_text="Stability")
    result.wait_for()
    assert result.evaluate("element => getComputedStyle(element).textDecorationLine") == "none"
    assert [worker.url.rpartition("/")[2].partition(".")[0] for worker in visit.page.workers] == ["search"]
    assert visit.complaints == []


def test_the_colour_scheme_is_remembered(visit: Visit) -> None:
    """The inline script that restores it before the page is drawn is allowed."""
    visit.page.emulate_media(color_scheme="light")
    visit.open("/")
    body = visit.page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    for _ in range(2):
        visit.page.locator("label[title^='Switch to']:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    visit.page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    assert visit.complaints == []


def test_a_phone_scrolls_in_one_direction(visit: Visit) -> None:
    """Wide tables and code scroll in their own boxes."""
    visit.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for path in ("", "cookbook/", "limits/", "definitions/", "performance/", "explorer/"):
        visit.page.goto(f"{visit.base}/{path}")
        assert visit.overflow <= 0, path
