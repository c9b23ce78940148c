"""The page in a real browser, against a real server: it works, and sends no request to other origins."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import ConsoleMessage, Response

UI = Path(__file__).parents[2] / "ui"
EXAMPLES = sorted((UI / "src" / "graphiql" / "examples").glob("*.graphql"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Panels of the side bar: title, and selector of the content.
PANELS = {
    "Documentation Explorer": ".graphiql-doc-explorer",
    "Example queries": ".examples",
    "GraphiQL Explorer": ".docExplorerWrap",
    "History": ".graphiql-history",
}


def _lacking(what: str) -> NoReturn:
    """Fail in CI if a requirement of the page is missing; skip the test elsewhere."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI tests the page in a browser: {what}")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    chromium = shutil.which("chromium")
    if chromium is None:
        _lacking("there is no `chromium` on the PATH (Debian: apt-get install chromium)")
    if not (UI / "dist" / "graphiql.html").is_file():
        _lacking("the page is not built (`make ui`, which needs Node 20.19 or newer)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visit:
    """An opened page, with its requests and its console messages."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note_console(self, message: ConsoleMessage) -> None:
        """Record warnings and errors; a violation of the content security policy is reported as an error."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def execute(self) -> dict[str, Any]:
        """Click the execute button; return the response to the operation in the open tab."""
        operation = self.page.get_by_role("tab", selected=True).get_by_role("button").first.inner_text()

        def is_answer(response: Response) -> bool:
            if response.request.method != "POST":
                return False
            sent: dict[str, Any] = json.loads(response.request.post_data or "{}")
            return sent.get("operationName") == operation

        with self.page.expect_response(is_answer) as caught:
            self.page.get_by_role("button", name=re.compile("Execute query")).click()
        answer: dict[str, Any] = caught.value.json()
        return answer

    def look_around(self) -> None:
        """Run the first example and open every panel, until nothing is being loaded."""
        self.execute()
        for title, panel in PANELS.items():
            self.page.get_by_role("button", name=f"Show {title}").click()
            self.page.locator(panel).wait_for()
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def visit(browser: Browser, live_server: str) -> Iterator[Visit]:
    """The page, opened with an empty profile."""
    context = browser.new_context(viewport={"width": 1400, "height": 860})
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page())
    context.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("console", visit.note_console)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.goto(f"{live_server}/graphql")
    visit.page.locator(".graphiql-query-editor .view-line").first.wait_for()
    yield visit
    context.close()


def test_a_query_runs_from_the_page(visit: Visit) -> None:
    """The execute button shows the response to the first example."""
    answer = visit.execute()
    first = answer["data"]["models"]["nodes"][0]
    assert "errors" not in answer
    expect(visit.page.locator(".result-window")).to_contain_text(first["modelId"])


def test_every_request_goes_to_the_same_origin(visit: Visit, live_server: str) -> None:
    """Opening the page, running a query, and opening each panel."""
    visit.look_around()
    assert f"{live_server}/graphql" in visit.requests
    foreign = [url for url in visit.requests if not url.startswith((f"{live_server}/", "data:"))]
    assert foreign == []


def test_the_browser_reports_no_problem(visit: Visit) -> None:
    """No script error, missing file or violation of the content security policy, in workers and panels either."""
    visit.look_around()
    assert visit.complaints == []
    # The workers run: were they refused, the editor would go on without them.
    assert {url.rpartition("/")[2].partition("-")[0] for url in (worker.url for worker in visit.page.workers)} == {
        "editor.worker",
        "graphql.worker",
        "json.worker",
    }


def test_the_header_marks_made_up_numbers(visit: Visit) -> None:
    """Over the sample, the header names the dataset and says that its numbers are made up."""
    banner = visit.page.get_by_role("banner").get_by_role("status")
    expect(banner).to_contain_text("numbers are made up")
    expect(banner).to_contain_text("Dataset sample")


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_example_is_answered(visit: Visit, example: Path) -> None:
    """Each example has its tab, and its response has data and no errors."""
    name = re.search(r"query (\w+)", example.read_text(encoding="utf-8"))
    assert name is not None
    visit.page.get_by_role("tab", name=name[1]).click()
    answer = visit.execute()
    assert "errors" not in answer
    assert all(answer["data"].values())


def test_a_closed_example_opens_again(visit: Visit) -> None:
    """An example whose tab was closed is opened from the list of examples, and runs."""
    tabs = visit.page.get_by_role("tab")
    count = tabs.count()
    visit.page.get_by_role("tab", name="Provenance").click()
    visit.page.get_by_role("button", name="Close Tab").last.click()
    expect(tabs).to_have_count(count - 1)
    visit.page.get_by_role("button", name="Show Example queries").click()
    visit.page.get_by_role("button", name="Dataset: provenance").click()
    expect(visit.page.get_by_role("tab", selected=True)).to_contain_text("Provenance")
    assert visit.execute()["data"]["dataset"]["name"] == "sample"


@pytest.mark.parametrize(
    ("language", "start"), [("curl", "curl "), ("Python", "import json"), ("TypeScript", "const ")]
)
def test_the_request_is_copied_as_a_program(visit: Visit, live_server: str, language: str, start: str) -> None:
    """The toolbar's menu, reached by keyboard, copies the open tab's request; a status says so."""
    visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.page.get_by_role("button", name="Copy as a program").press("Enter")
    visit.page.get_by_role("menuitem", name=f"Copy as {language}").press("Enter")
    expect(visit.page.get_by_role("main").get_by_role("status")).to_have_text(f"Copied as {language}")
    copied: str = visit.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(start)
    assert f"{live_server}/graphql" in copied
    assert "models" in copied
    assert visit.complaints == []
