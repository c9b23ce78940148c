"""GraphiQL's page in a browser: its editors, its tabs and its response."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser import Visits

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

    from tests.browser import Visit

# Panels of the side bar: title, and selector of the content.
PANELS = {
    "Documentation Explorer": ".graphiql-doc-explorer",
    "Example queries": ".examples",
    "GraphiQL Explorer": ".docExplorerWrap",
    "History": ".graphiql-history",
}
_STORED_MILLISECONDS = 800  # GraphiQL stores tabs half a second after a change


@dataclass
class Editor:
    """The page, opened."""

    visit: Visit

    @property
    def page(self) -> Page:
        """The page."""
        return self.visit.page

    @property
    def query(self) -> str:
        """Text of the query editor, of which all lines are visible."""
        return self._text(".graphiql-query-editor")

    @property
    def variables(self) -> str:
        """Text of the variables."""
        return self._text(".graphiql-editor-tool")

    @property
    def response(self) -> str:
        """Text of the response."""
        return self._text(".result-window")

    @property
    def tabs(self) -> list[str]:
        """Titles of the tabs."""
        return [each.get_by_role("button").first.inner_text() for each in self.page.get_by_role("tab").all()]

    @property
    def open_tab(self) -> str:
        """Title of the open tab, which is that of its operation; the page reads it shortly after a change."""
        title = self.page.get_by_role("tab", selected=True).get_by_role("button").first
        expect(title).not_to_have_text("<untitled>")
        return title.inner_text()

    def _text(self, selector: str) -> str:
        # The editor positions lines by style, and writes spaces that do not break.
        lines: list[list[Any]] = self.page.locator(f"{selector} .view-line").evaluate_all(
            "lines => lines.map((line) => [parseFloat(line.style.top), line.textContent])"
        )
        return "\n".join(text for _, text in sorted(lines)).replace("\N{NO-BREAK SPACE}", " ").strip()

    def open(self, path: str) -> Editor:
        """Open a path of the server, and wait until the editors and the banner have their texts.

        Not until the network is idle: Playwright counts some requests of workers as unfinished for ever.
        """
        self.page.goto(f"{self.visit.base}{path}")
        self.page.locator(".graphiql-query-editor .view-line").first.wait_for()
        self.page.locator('.banner:not([data-state="loading"])').wait_for()
        return self

    def again(self, path: str = "/graphql") -> Editor:
        """Open a path in the same profile, after GraphiQL has stored its tabs."""
        self.page.wait_for_timeout(_STORED_MILLISECONDS)
        return self.open(path)

    def run(self) -> None:
        """Click the execute button."""
        self.page.get_by_role("button", name=re.compile("Execute query")).click()

    def execute(self) -> dict[str, Any]:
        """Click the execute button; return the response to the operation in the open tab."""
        operation = self.open_tab

        def is_answer(response: Response) -> bool:
            if response.request.method != "POST":
                return False
            sent: dict[str, Any] = json.loads(response.request.post_data or "{}")
            return sent.get("operationName") == operation

        with self.page.expect_response(is_answer) as caught:
            self.run()
        answer: dict[str, Any] = caught.value.json()
        return answer

    def show(self, panel: str) -> None:
        """Open a panel of the side bar."""
        self.page.get_by_role("button", name=f"Show {panel}").click()
        self.page.locator(PANELS[panel]).first.wait_for()

    def allow_clipboard(self) -> None:
        """Let the page write to the clipboard."""
        self.page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    @property
    def clipboard(self) -> str:
        """Text of the clipboard."""
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    @property
    def announcement(self) -> str:
        """Message in the corner of the page."""
        shown = self.page.locator(".announcement:not(:empty)")
        shown.wait_for()
        return shown.inner_text()


class Editors:
    """Opens the page, each time with an empty profile."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self._visits = Visits(browser)

    def __call__(self, path: str = "/graphql", *, base: str | None = None, **options: Any) -> Editor:  # noqa: ANN401 - of `Visits`
        """Open a path of a server, by default of the one over the sample."""
        return Editor(self._visits(base or self.base, None, **options)).open(path)

    def close(self) -> None:
        """Close all pages."""
        self._visits.close()
