"""Links to a query: they open the editor filled, beside the visitor's own tabs, and the page makes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.http_requests import raw

if TYPE_CHECKING:
    from tests.web.graphiql_page import Editor, Editors

NAMED = 'query Named($first: Int!) {\n  models(first: $first) { totalCount } # 100% of them, e.g. A&B = "ü"\n}'
TWO = "query First { tasks { name } }\nquery Second { models { totalCount } }"
NOTICE = "The query comes from a link and has not run yet."


def link(**parameters: str) -> str:
    """Return the path of a link."""
    return f"/graphql?{urlencode(parameters, quote_via=quote)}"


def sent_operations(editor: Editor) -> list[str | None]:
    """Record the names of the operations that the page sends from now on."""
    names: list[str | None] = []
    editor.page.on(
        "request",
        lambda request: names.append(json.loads(request.post_data)["operationName"]) if request.post_data else None,
    )
    return names


def share(editor: Editor) -> str:
    """Click the button for a link; return the message."""
    editor.allow_clipboard()
    editor.page.get_by_role("button", name="Share link").click()
    return editor.announcement


def test_a_link_fills_the_editor(open_editor: Editors) -> None:
    """With the query, its variables and its name in the first tab; a notice says that it has not run."""
    editor = open_editor(link(query=NAMED, variables='{"first":2}', operationName="Named"))
    assert (editor.tabs, editor.open_tab) == (["Named", "AllRunsOfATask"], "Named")
    assert editor.query == NAMED
    assert editor.variables == '{\n  "first": 2\n}'
    assert editor.response == ""
    expect(editor.page.locator(".link-notice")).to_contain_text(NOTICE)
    assert editor.execute()["data"]["models"]["totalCount"] == 16
    expect(editor.page.locator(".link-notice")).to_have_count(0)


def test_a_link_runs_nothing(open_editor: Editors) -> None:
    """Opening one sends only the page's own queries."""
    editor = open_editor()
    names = sent_operations(editor)
    editor.again(link(query=NAMED, variables='{"first":2}'))
    editor.page.wait_for_timeout(1_000)
    assert sorted(map(str, names)) == ["IntrospectionQuery", "ServedDataset"]


def test_a_link_to_one_of_several_operations(open_editor: Editors) -> None:
    """The named one runs; afterwards the visitor can choose another."""
    editor = open_editor(link(query=TWO, operationName="Second"))
    expect(editor.page.get_by_role("tab", selected=True)).to_contain_text("Second")
    for operation in ("Second", "First"):
        editor.run()
        with editor.page.expect_request("**/graphql") as sent:
            editor.page.get_by_role("menuitem", name=operation).click()
        assert json.loads(sent.value.post_data or "{}")["operationName"] == operation
    expect(editor.page.get_by_role("tab", selected=True)).to_contain_text("First")


def test_a_link_leaves_the_other_tabs(open_editor: Editors) -> None:
    """It gets a tab of its own, once, however often it is opened; edits of other tabs stay, variables do not mix."""
    editor = open_editor(link(query=NAMED, variables='{"first":2}'))
    editor.again(link(query=TWO, operationName="Second"))
    assert editor.tabs == ["Named", "AllRunsOfATask", "Second"]
    assert editor.query == TWO
    assert editor.variables == ""
    editor.again(link(query=NAMED, variables='{"first":2}'))
    assert (editor.tabs, editor.open_tab) == (["Named", "AllRunsOfATask", "Second"], "Named")
    editor.again()
    assert (editor.tabs, editor.query) == (["Named", "AllRunsOfATask", "Second"], NAMED)


@pytest.mark.parametrize("variables", ['{"first":', "first=2", "[1", "é{}"])
def test_malformed_variables_are_shown_unchanged(open_editor: Editors, variables: str) -> None:
    """They can be mended in the editor, which is open."""
    editor = open_editor(link(query=NAMED, variables=variables))
    expect(editor.page.get_by_role("region", name="Variables")).to_be_visible()
    assert editor.variables == variables


def test_a_query_with_errors_is_shown(open_editor: Editors) -> None:
    """One that cannot be parsed, and one of a name that it does not have."""
    editor = open_editor(link(query="query {", operationName="Nothing"))
    assert editor.query == "query {"
    editor.run()
    expect(editor.page.locator(".result-window")).to_contain_text("Syntax Error")


def test_a_shared_link_opens_the_same(open_editor: Editors, live_server: str) -> None:
    """In another browser; a program gets the answer from it."""
    editor = open_editor(link(query=NAMED, variables='{ "first": 2 }'))
    assert share(editor) == "Link copied"
    shared = editor.clipboard
    parts = urlsplit(shared)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{live_server}/graphql"
    assert dict(parse_qsl(parts.query)) == {"query": NAMED, "variables": '{"first":2}', "operationName": "Named"}
    assert httpx.get(shared).json() == {"data": {"models": {"totalCount": 16}}}
    other = open_editor(f"/graphql?{parts.query}")
    assert (other.query, other.variables, other.open_tab) == (NAMED, '{\n  "first": 2\n}', "Named")


def test_a_shared_link_has_what_is_edited(open_editor: Editors) -> None:
    """Malformed variables too, and no name for an operation without one."""
    editor = open_editor(link(query="{ tasks { name } }", variables='{"first":'))
    share(editor)
    assert dict(parse_qsl(urlsplit(editor.clipboard).query)) == {
        "query": "{ tasks { name } }",
        "variables": '{"first":',
    }


def test_a_long_link_is_copied_with_a_warning(open_editor: Editors) -> None:
    """Beyond 8,000 characters, with their number."""
    editor = open_editor(link(query=f"{{ __typename }} # {'x' * 9_000}"))
    message = share(editor)
    assert message.startswith(f"Link copied. It has {len(editor.clipboard):,} characters; ")
    assert len(editor.clipboard) > 9_000


def test_a_link_that_the_server_cannot_read_is_not_copied(open_editor: Editors, live_server: str) -> None:
    """The limit of the message is that of the server for pages."""
    start = b"GET /graphql?query=%7B__typename%7D%23"
    end = b" HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    for length, status in {65_535: b"200", 65_536: b"400"}.items():
        target = start.ljust(len(b"GET ") + length, b"x")
        assert raw(live_server, target + end).startswith(b"HTTP/1.1 " + status)
    editor = open_editor(link(query=f"{{ __typename }} # {'x' * 65_000}"))
    editor.allow_clipboard()
    editor.page.evaluate("navigator.clipboard.writeText('before')")
    editor.page.locator(".graphiql-query-editor .view-lines").click()
    editor.page.keyboard.press("Control+Home")
    editor.page.keyboard.insert_text("# " + "y" * 2_000 + "\n")
    message = share(editor)
    assert message.startswith("Not copied: the link would have 67,")
    assert "at most 65,535" in message
    assert editor.clipboard == "before"


def test_a_link_from_another_revision_says_so(open_editor: Editors) -> None:
    """And one from this revision, or a prefix of it, does not."""
    editor = open_editor(link(query=NAMED, revision="abcdef0123456789"))
    expect(editor.page.locator(".banner")).to_contain_text(
        "This link was made for revision abcdef012345; the server has sample-2-420. Figures may differ."
    )
    editor = open_editor(link(query=NAMED, revision="sample-2-420"))
    expect(editor.page.locator(".banner")).to_contain_text("Dataset sample")
    expect(editor.page.locator(".banner")).not_to_contain_text("This link")
