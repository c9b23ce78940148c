"""Example queries of GraphiQL's page: the recipes of the cookbook, each of which is answered."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.cookbook import PAGE, examples, recipes
from tests.server_process import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.graphiql_page import Editor, Editors

COOKBOOK = PAGE.read_text(encoding="utf-8")
TITLES = dict(re.findall(r"^### (\d+)\. (.+)$", COOKBOOK, re.MULTILINE))
ANSWERED = {
    recipe.query: json.loads(each.answer)
    for recipe in recipes(COOKBOOK)
    for each in examples(COOKBOOK)
    if each.query == recipe.query
}


@pytest.fixture(scope="module")
def nested_server() -> Iterator[str]:
    """URL of a server whose root fields are nested under one."""
    with running_server("--source", "sample", "--root-field", "mlEnergy") as address:
        yield address


@pytest.fixture(scope="module")
def real_server(real_figures: Path) -> Iterator[str]:
    """URL of a server over the published figures."""
    with running_server("--source", str(real_figures)) as address:
        yield address


def first_rows(editor: Editor) -> list[dict[str, Any]]:
    """Run the query of the first tab; return the runs that it shows."""
    answer = editor.execute()
    assert "errors" not in answer
    assert "warnings" not in answer.get("extensions", {})
    rows: list[dict[str, Any]] = answer["data"]["llmRuns"]["nodes"]
    return rows


def test_the_first_tab_shows_runs_of_language_models(open_editor: Editors) -> None:
    """It is the only one, and no model of the sample stands in it."""
    editor = open_editor()
    assert editor.tabs == ["AllRunsOfATask"]
    assert "Aurora" not in editor.query
    rows = first_rows(editor)
    assert len(rows) > 1
    assert all(row["energyPerTokenJoules"] > 0 and row["medianItlMs"] > 0 for row in rows)


def test_the_first_tab_shows_published_runs(open_editor: Editors, real_server: str) -> None:
    """The same query, over the published figures."""
    rows = first_rows(open_editor(base=real_server))
    assert len(rows) > 1
    assert all(row["energyPerTokenJoules"] > 0 and row["medianItlMs"] > 0 for row in rows)


def test_the_examples_are_the_recipes_of_the_cookbook(open_editor: Editors) -> None:
    """By chapter and in order, with the titles of the cookbook."""
    editor = open_editor()
    editor.show("Example queries")
    panel = editor.page.get_by_role("region", name="Example queries")
    chapters = [part for part in re.split(r"^## ", COOKBOOK, flags=re.MULTILINE)[1:] if "\n### " in part]
    expected = {part.partition("\n")[0]: re.findall(r"^### \d+\. (.+)$", part, re.MULTILINE) for part in chapters}
    shown = {
        heading.inner_text(): heading.locator("xpath=following-sibling::ul").get_by_role("button").all_inner_texts()
        for heading in panel.get_by_role("heading", level=2).all()
    }
    assert shown == expected
    assert sum(map(len, shown.values())) == len(TITLES)


def test_every_example_is_answered(open_editor: Editors) -> None:
    """Each opens in a tab with a name of its own, begins with its title, and gets the answer of the cookbook."""
    editor = open_editor()
    editor.show("Example queries")
    names = set()
    for recipe in recipes(COOKBOOK):
        title = TITLES[str(recipe.number)]
        editor.page.get_by_role("button", name=title, exact=True).click()
        answer = editor.execute()
        assert "errors" not in answer, title
        assert answer["data"] == ANSWERED[recipe.query], title
        names.add(editor.open_tab)
    assert len(names) == len(TITLES)
    assert "<untitled>" not in names


def test_a_closed_example_opens_again(open_editor: Editors) -> None:
    """An open one is shown, a closed one gets a new tab; it runs."""
    editor = open_editor()
    editor.show("Example queries")
    for _ in range(2):
        editor.page.get_by_role("button", name="Citation of the data").click()
        assert editor.open_tab == "CitationOfTheData"
        assert editor.tabs == ["AllRunsOfATask", "CitationOfTheData"]
    expect(editor.page.locator(".graphiql-query-editor")).to_contain_text("CitationOfTheData")
    tabs = editor.page.get_by_role("tab")
    for _ in range(5):  # GraphiQL loses a click that meets a rendering of its tabs
        if tabs.count() == 1:
            break
        editor.page.get_by_role("button", name="Close Tab").last.click()
        editor.page.wait_for_timeout(500)
    assert editor.tabs == ["AllRunsOfATask"]
    editor.page.get_by_role("button", name="Citation of the data").click()
    assert editor.open_tab == "CitationOfTheData"
    assert editor.execute()["data"]["dataset"]["name"] == "sample"


def test_examples_are_nested_where_the_graph_is(open_editor: Editors, nested_server: str) -> None:
    """With `--root-field`, the page's own queries and the examples are nested under that field, also with fragments."""
    editor = open_editor(base=nested_server)
    expect(editor.page.locator(".banner")).to_contain_text("Dataset sample")
    assert editor.execute()["data"]["mlEnergy"]["llmRuns"]["nodes"]
    editor.show("Example queries")
    for title, name in {"Gain from a newer GPU at equal latency": "speedup", "Tasks and models": "tasks"}.items():
        editor.page.get_by_role("button", name=title).click()
        answer = editor.execute()
        assert "errors" not in answer
        assert name in json.dumps(answer["data"]["mlEnergy"])
