"""GraphiQL's page without the server: readable errors, without stack traces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import Visits
from tests.web.graphiql_page import Editor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

    from tests.web.graphiql_page import Editors

AWAY = "The server did not answer: "


def shown_error(editor: Editor) -> str:
    """Return the message of the only error in the response, which has nothing else."""
    expect(editor.page.locator(".result-window")).to_contain_text("message")
    shown = json.loads(editor.response)
    assert shown.keys() == {"errors"}
    (error,) = shown["errors"]
    assert error.keys() == {"message"}
    message: str = error["message"]
    return message


def refuse_graph(route: Route) -> None:
    """Let pages through, and no request for data."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_a_server_that_goes_away_is_an_error(open_editor: Editors) -> None:
    """In the response, as JSON; the query runs again when the server is back."""
    editor = open_editor()
    editor.page.route("**/graphql", refuse_graph)
    editor.run()
    assert shown_error(editor).startswith(AWAY)
    editor.page.unroute("**/graphql")
    assert editor.execute()["data"]["llmRuns"]["nodes"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("<h1>Bad gateway</h1>", "HTTP 502 Bad Gateway: <h1>Bad gateway</h1>"),
        ("", "HTTP 502 Bad Gateway: an empty response"),
    ],
)
def test_a_response_of_a_proxy_is_an_error(open_editor: Editors, body: str, message: str) -> None:
    """Its text is shown."""
    editor = open_editor()
    editor.page.route("**/graphql", lambda route: route.fulfill(status=502, body=body, content_type="text/html"))
    editor.run()
    assert shown_error(editor) == message


def test_a_page_without_its_server_says_so(browser: Browser, live_server: str) -> None:
    """From the start: in the banner, in the response instead of the schema, and in the documentation."""
    visits = Visits(browser)
    try:
        visit = visits(live_server, None)
        visit.page.route("**/graphql", refuse_graph)
        editor = Editor(visit).open("/graphql")
        expect(editor.page.locator(".banner")).to_have_text(
            f"The dataset information could not be loaded: {AWAY}Failed to fetch"
        )
        assert shown_error(editor) == f"{AWAY}Failed to fetch"
        editor.show("Documentation Explorer")
        expect(editor.page.locator(".graphiql-doc-explorer-error")).to_have_text("Error fetching schema")
    finally:
        visits.close()
