"""The page in a real browser, against a real server: it works, and it stays at home."""

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
EXAMPLES = sorted((UI / "src" / "examples").glob("*.graphql"))
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

# The panels of the side bar: the title of each, and what its content is found by.
PANELS = {
    "Documentation Explorer": ".graphiql-doc-explorer",
    "Example queries": ".examples",
    "GraphiQL Explorer": ".docExplorerWrap",
    "History": ".graphiql-history",
}


def _lacking(what: str) -> NoReturn:
    """In CI nothing that a page needs may be lacking; elsewhere its tests are left out, and say why."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI tests the page in a browser: {what}")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it."""
    chromium = shutil.which("chromium")
    if chromium is None:
        _lacking("there is no `chromium` on the PATH (Debian: apt-get install chromium)")
    if not (UI / "dist" / "index.html").is_file():
        _lacking("the page is not built (`make ui`, which needs Node 20.19 or newer)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Visit:
    """One opened page, with everything it asked for and everything it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def note_console(self, message: ConsoleMessage) -> None:
        """Keep warnings and errors; a violated content security policy is reported as one."""
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def execute(self) -> dict[str, Any]:
        """Click the execute button; the GraphQL answer of the operation in the open tab."""
        operation = self.page.get_by_role("tab", selected=True).get_by_role("button").first.inner_text()

        def is_answer(response: Response) -> bool:
            if response.request.method != "POST":
                return False
            asked: dict[str, Any] = json.loads(response.request.post_data or "{}")
            return asked.get("operationName") == operation

        with self.page.expect_response(is_answer) as caught:
            self.page.get_by_role("button", name=re.compile("Execute query")).click()
        answer: dict[str, Any] = caught.value.json()
        return answer

    def look_around(self) -> None:
        """Run the first example and open every panel beside it, until nothing more is being fetched."""
        self.execute()
        for title, panel in PANELS.items():
            self.page.get_by_role("button", name=f"Show {title}").click()
            self.page.locator(panel).wait_for()
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def visit(browser: Browser, live_server: str) -> Iterator[Visit]:
    """The page, opened at the server's root by somebody who was never there before."""
    context = browser.new_context(viewport={"width": 1400, "height": 860})
    context.set_default_timeout(15_000)
    visit = Visit(context.new_page())
    context.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("console", visit.note_console)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.goto(f"{live_server}/")
    visit.page.locator(".graphiql-query-editor .view-line").first.wait_for()
    yield visit
    context.close()


def test_a_query_runs_from_the_page(visit: Visit) -> None:
    """A click on the execute button of the first example shows the models that the server answers with."""
    answer = visit.execute()
    first = answer["data"]["models"]["nodes"][0]
    assert "errors" not in answer
    expect(visit.page.locator(".result-window")).to_contain_text(first["modelId"])


def test_nothing_leaves_the_origin(visit: Visit, live_server: str) -> None:
    """Opening, running a query, and the panels beside it: every request goes to the server that sent the page."""
    visit.look_around()
    assert f"{live_server}/graphql" in visit.requests
    foreign = [url for url in visit.requests if not url.startswith((f"{live_server}/", "data:"))]
    assert foreign == []


def test_the_browser_has_nothing_to_complain_of(visit: Visit) -> None:
    """No script error, no missing file and no violation of the content security policy, workers and panels included."""
    visit.look_around()
    assert visit.complaints == []
    # The workers run: were they refused, the editor would go on without them.
    assert {url.rpartition("/")[2].partition("-")[0] for url in (worker.url for worker in visit.page.workers)} == {
        "editor.worker",
        "graphql.worker",
        "json.worker",
    }


def test_made_up_numbers_are_said_to_be_made_up(visit: Visit) -> None:
    """Over the sample, the header says that no number is a measurement, and names the dataset."""
    banner = visit.page.get_by_role("banner").get_by_role("status")
    expect(banner).to_contain_text("every number here is made up")
    expect(banner).to_contain_text("Dataset sample")


@pytest.mark.parametrize("example", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_every_example_is_answered(visit: Visit, example: Path) -> None:
    """Each example has its tab, and the server answers it with data and no error."""
    name = re.search(r"query (\w+)", example.read_text(encoding="utf-8"))
    assert name is not None
    visit.page.get_by_role("tab", name=name[1]).click()
    answer = visit.execute()
    assert "errors" not in answer
    assert all(answer["data"].values())


def test_a_closed_example_opens_again(visit: Visit) -> None:
    """An example whose tab was closed comes back from the list of examples, and runs."""
    tabs = visit.page.get_by_role("tab")
    count = tabs.count()
    visit.page.get_by_role("tab", name="Provenance").click()
    visit.page.get_by_role("button", name="Close Tab").last.click()
    expect(tabs).to_have_count(count - 1)
    visit.page.get_by_role("button", name="Show Example queries").click()
    visit.page.get_by_role("button", name="Which data this is").click()
    expect(visit.page.get_by_role("tab", selected=True)).to_contain_text("Provenance")
    assert visit.execute()["data"]["dataset"]["name"] == "sample"
