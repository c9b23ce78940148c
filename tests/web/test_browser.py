"""GraphiQL's page in a real browser, against a real server: it works, and sends no request to other origins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.graphiql_page import PANELS

if TYPE_CHECKING:
    from tests.web.graphiql_page import Editor, Editors

# The panel "GraphiQL Explorer" cannot edit a list that is written as an argument, and reports that.
OF_EXPLORER_PANEL = "arg mismatch between arg and selection"


def look_around(editor: Editor) -> None:
    """Run the query of the first tab, wait for the workers, and open every panel."""
    editor.execute()
    # Were they refused, the editor would go on without them.
    while workers(editor) != {"editor.worker", "graphql.worker", "json.worker"}:
        editor.page.wait_for_event("worker")
    for panel in PANELS:
        editor.show(panel)


def workers(editor: Editor) -> set[str]:
    """Return the names of the running workers, without their hashes."""
    return {worker.url.rpartition("/")[2].partition("-")[0] for worker in editor.page.workers}


def test_a_query_runs_from_the_page(open_editor: Editors) -> None:
    """The execute button shows the response to the query of the first tab."""
    editor = open_editor()
    answer = editor.execute()
    assert "errors" not in answer
    expect(editor.page.locator(".result-window")).to_contain_text(answer["data"]["llmRuns"]["nodes"][0]["nickname"])


def test_every_request_goes_to_the_same_origin(open_editor: Editors, live_server: str) -> None:
    """Opening the page, running a query, and opening each panel."""
    editor = open_editor()
    look_around(editor)
    assert f"{live_server}/graphql" in editor.visit.requests
    foreign = [url for url in editor.visit.requests if not url.startswith((f"{live_server}/", "data:"))]
    assert foreign == []


def test_the_browser_reports_no_problem(open_editor: Editors) -> None:
    """No script error, missing file or violation of the content security policy, in workers and panels either."""
    editor = open_editor()
    look_around(editor)
    assert [text for text in editor.visit.complaints if not text.startswith(OF_EXPLORER_PANEL)] == []


def test_the_page_says_that_numbers_are_made_up(open_editor: Editors) -> None:
    """Over the sample, beside the name of the dataset."""
    banner = open_editor().page.locator(".banner")
    expect(banner).to_contain_text("Sample data: every number here is made up, none is a measurement.")
    expect(banner).to_contain_text("Dataset sample")


def test_the_full_revision_is_copied(open_editor: Editors, live_server: str) -> None:
    """The page shows 12 characters of it; the button beside them, reached by keyboard, copies all."""
    answer = httpx.post(f"{live_server}/graphql", json={"query": "{ dataset { revision } }"}).json()
    revision: str = answer["data"]["dataset"]["revision"]
    assert len(revision) > 12
    editor = open_editor()
    editor.allow_clipboard()
    expect(editor.page.locator(".banner code")).to_have_text(revision[:12])
    editor.page.get_by_role("button", name="Copy the full revision").press("Enter")
    assert editor.announcement == "Revision copied"
    assert editor.clipboard == revision


@pytest.mark.parametrize(
    ("language", "start"), [("curl", "curl "), ("Python", "import json"), ("TypeScript", "const ")]
)
def test_the_request_is_copied_as_a_program(open_editor: Editors, live_server: str, language: str, start: str) -> None:
    """The toolbar's menu, reached by keyboard, copies the open tab's request; a status says so."""
    editor = open_editor()
    editor.allow_clipboard()
    editor.page.get_by_role("button", name="Copy as a program").press("Enter")
    editor.page.get_by_role("menuitem", name=f"Copy as {language}").press("Enter")
    assert editor.announcement == f"Copied as {language}"
    assert editor.clipboard.startswith(start)
    assert f"{live_server}/graphql" in editor.clipboard
    assert "llmRuns" in editor.clipboard
    assert editor.visit.complaints == []


def test_the_documentation_begins_with_our_types(open_editor: Editors) -> None:
    """Types of the data, then enums, inputs and scalars, in alphabetical order; others come last."""
    editor = open_editor()
    editor.show("Documentation Explorer")
    links = editor.page.locator(".graphiql-doc-explorer .graphiql-doc-explorer-type-name")
    links.nth(1).wait_for()
    root, *names = links.all_inner_texts()
    assert root == "Query"
    places = {
        name: names.index(name) for name in ("GPU", "LLMRun", "Model", "MLEnergyStability", "LLMRunFilter", "String")
    }
    assert sorted(places, key=lambda name: places[name]) == list(places)
    built_in = ["Boolean", "Float", "ID", "Int", "String"]
    foreign = [name for name in names if name.startswith(("_", "link__", "federation__"))]
    assert foreign
    assert names[-len(foreign) - len(built_in) :] == [*built_in, *foreign]


def test_the_fields_of_the_root_begin_with_ours(open_editor: Editors) -> None:
    """`_entities` and `_service` are for gateways."""
    editor = open_editor()
    editor.show("Documentation Explorer")
    page = editor.page
    page.get_by_role("link", name="Query").click()
    fields = page.locator(".graphiql-doc-explorer-field-name")
    fields.first.wait_for()
    names = fields.all_inner_texts()
    assert {"llmRuns", "models", "tasks"} <= {*names}
    assert sorted(names[-2:]) == ["_entities", "_service"]
    assert not any(name.startswith("_") for name in names[:-2])


def test_the_theme_is_that_of_the_other_pages(open_editor: Editors) -> None:
    """A theme chosen there applies here at once, and the reverse; the system's applies if none is chosen."""
    editor = open_editor()
    expect(editor.page.locator("body")).not_to_have_class(re.compile("graphiql-(dark|light)"))
    editor.page.evaluate("localStorage.setItem('mlenergy-theme', 'dark')")
    editor.again()
    root, body = editor.page.locator("html"), editor.page.locator("body")
    expect(body).to_have_class(re.compile("graphiql-dark"))
    expect(root).to_have_attribute("data-theme", "dark")
    editor.page.get_by_role("button", name="Open settings dialog").click()
    editor.page.get_by_role("button", name="Light").click()
    expect(root).to_have_attribute("data-theme", "light")
    assert editor.page.evaluate("localStorage.getItem('mlenergy-theme')") == "light"
    editor.page.get_by_role("button", name="System").click()
    expect(root).not_to_have_attribute("data-theme", re.compile(""))
    assert editor.page.evaluate("localStorage.getItem('mlenergy-theme')") is None
    other = editor.page.context.new_page()
    other.goto(f"{editor.visit.base}/livez")
    other.evaluate("localStorage.setItem('mlenergy-theme', 'dark')")
    expect(body).to_have_class(re.compile("graphiql-dark"))


def test_the_header_leads_to_the_other_pages(open_editor: Editors, live_server: str) -> None:
    """By relative addresses, which hold below a prefix."""
    page = open_editor().page
    links = {name: page.get_by_role("link", name=name, exact=True) for name in ("ML.ENERGY graph", "Explore", "Docs")}
    assert {name: link.get_attribute("href") for name, link in links.items()} == {
        "ML.ENERGY graph": "./",
        "Explore": "./",
        "Docs": "./docs/",
    }
    links["Explore"].click()
    expect(page).to_have_url(re.compile(rf"^{re.escape(live_server)}/(\?.*)?$"))
