"""Chromium for tests of the pages: pages that record their requests and what the browser complains about."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage

DIST = Path(__file__).parent.parent / "ui" / "dist"
DESKTOP = (1440, 900)
PHONE = (390, 844)
PATIENCE_MILLISECONDS = 15_000

# Without the network flags, Chromium asks hosts of its maker for updates.
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the Chromium of this machine; skip the test without it or without built pages, except in CI."""
    path = shutil.which("chromium")
    if path is None:
        lacking("there is no `chromium` on the PATH (Debian: apt-get install chromium)")
    if not (DIST / "index.html").is_file():
        lacking("the pages are not built (`make ui`, which needs Node 20.19 or later)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def lacking(what: str) -> NoReturn:
    """Fail in CI if a requirement of the pages is missing; skip the test elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI tests the pages in a browser: {what}")
    pytest.skip(what)


@dataclass
class Visit:
    """An opened page, with its requests, and warnings and errors of the browser."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Visit:
        """Open a path of the server, and wait until nothing is loaded any more."""
        self.page.goto(f"{self.base}{path}")
        self.settle()
        return self

    def settle(self) -> None:
        """Wait until nothing is loaded, and the view has no state of loading."""
        self.page.wait_for_load_state("networkidle")
        # Not `wait_for_function`, which evaluates text in the page, as the policy of the pages forbids.
        expect(self.page.locator('[data-loading="true"]')).to_have_count(0, timeout=PATIENCE_MILLISECONDS)

    @property
    def headline(self) -> str:
        """Text of the heading of the view."""
        return self.page.locator("h1").inner_text()

    @property
    def search(self) -> str:
        """Query string of the address."""
        text: str = self.page.evaluate("decodeURIComponent(location.search)")
        return text

    @property
    def graph_requests(self) -> list[str]:
        """Names of the operations that were sent to the graph, in order."""
        names = [re.search(r"[?&]query=query(?:%20|\+)(\w+)", url) for url in self.requests if "/graphql?" in url]
        return [found[1] for found in names if found]

    @property
    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        pixels: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return pixels


class Visits:
    """Opens pages, each with an empty profile."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def __call__(
        self,
        base: str,
        path: str | None = "/",
        *,
        size: tuple[int, int] = DESKTOP,
        dark: bool = False,
        still: bool = False,
    ) -> Visit:
        """Open a path of a server, if any, in a new context; `still` asks pages for reduced motion."""
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
            has_touch=size == PHONE,
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self._contexts.append(context)
        visit = Visit(context.new_page(), base)
        context.on("request", lambda request: visit.requests.append(request.url))

        def note_console(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:  # a violation of the content security policy is an error
                visit.complaints.append(message.text)

        visit.page.on("console", note_console)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        return visit if path is None else visit.open(path)

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()
