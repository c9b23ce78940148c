"""GraphiQL's page on a phone: panes are stacked over the whole width, and every control is reachable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE
from tests.web.graphiql_page import PANELS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.web.graphiql_page import Editors

WIDTH, HEIGHT = PHONE
MIN_TARGET = 44


def box(located: Locator) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an element."""
    found = located.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def test_panes_are_stacked_on_a_phone(open_editor: Editors) -> None:
    """The query above the response, both as wide as the window and high enough for lines; nothing overflows."""
    editor = open_editor(size=PHONE)
    editor.execute()
    query, response = (
        box(editor.page.locator(selector)) for selector in (".graphiql-query-editor", ".graphiql-response")
    )
    for left, top, right, bottom in (query, response):
        assert left >= 0
        assert WIDTH - 10 <= right - left <= WIDTH
        assert bottom - top >= 200
    assert query[3] <= response[1]
    assert response[3] <= HEIGHT
    assert editor.visit.overflow <= 0
    lines = box(editor.page.locator(".result-window .view-lines"))
    assert lines[2] - lines[0] > 300
    assert editor.visit.complaints == []


def test_panes_are_side_by_side_on_a_desktop(open_editor: Editors) -> None:
    """As GraphiQL lays them out."""
    page = open_editor(size=DESKTOP).page
    query, response = (box(page.locator(selector)) for selector in (".graphiql-query-editor", ".graphiql-response"))
    assert query[2] <= response[0]


def test_every_control_is_in_reach_on_a_phone(open_editor: Editors) -> None:
    """Buttons of the toolbar and the side bar, and links of the header, within the window and large enough."""
    page = open_editor(size=PHONE).page
    toolbar = page.get_by_role("toolbar").get_by_role("button")
    sidebar = page.locator(".graphiql-sidebar > button")
    links = page.get_by_role("navigation", name="Main").get_by_role("link")
    assert (toolbar.count(), sidebar.count(), links.count()) == (6, 7, 3)
    for control in (*toolbar.all(), *sidebar.all(), *links.all()):
        left, top, right, bottom = box(control)
        assert left >= 0
        assert right <= WIDTH
        assert top >= 0
        assert bottom <= HEIGHT
        assert bottom - top >= MIN_TARGET - 4
    page.get_by_role("button", name="Share link").click(trial=True)
    page.get_by_role("button", name="Copy the full revision").click(trial=True)


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_covers_the_panes_of_a_phone(open_editor: Editors, panel: str) -> None:
    """And closes again by its button."""
    editor = open_editor(size=PHONE)
    editor.show(panel)
    left, top, right, bottom = box(editor.page.locator(".graphiql-plugin"))
    assert (left, right) == (0, WIDTH)
    assert bottom - top > HEIGHT / 2
    editor.page.get_by_role("button", name=f"Hide {panel}").click()
    expect(editor.page.locator(PANELS[panel]).first).not_to_be_in_viewport()
    editor.execute()


def test_an_example_is_shown_after_its_choice_on_a_phone(open_editor: Editors) -> None:
    """The list gives way to the editor."""
    editor = open_editor(size=PHONE)
    editor.show("Example queries")
    editor.page.get_by_role("button", name="Citation of the data").click()
    expect(editor.page.locator(".examples").first).not_to_be_in_viewport()
    assert editor.open_tab == "CitationOfTheData"
    assert editor.execute()["data"]["dataset"]["name"] == "sample"
