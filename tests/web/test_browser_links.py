"""Links to queries, opened in a browser or by a client: the editor or the answer, never the other from a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server_process import running_server
from tests.web.http_requests import ANSWER, GRAPHQL_RESPONSE, JSON, TYPENAME, raw, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
BROWSERS = (CHROME, FIREFOX, "text/html", "text/html, application/xhtml+xml, */*", f"{JSON};q=0.9, text/html")
CLIENTS = (
    *("*/*", JSON, GRAPHQL_RESPONSE, f"{GRAPHQL_RESPONSE}, {JSON};q=0.9", f"{JSON}, text/plain, */*"),
    *(
        f"{JSON}, text/html;q=0.9",
        f"text/html, {JSON}",
        f"text/html;q=0, {JSON};q=0.1",
        f"text/html;q=0.5, application/*, {GRAPHQL_RESPONSE}",
    ),
)
HASHED = {"extensions": '{"persistedQuery": {"version": 1, "sha256Hash": "' + "0" * 64 + '"}}'}
TABLE = {"query": "{ models(first: 2) { nodes { nickname } } }"}


def is_page(response: httpx.Response) -> bool:
    """Return whether a response is a page, which is revalidated, and differs by `Accept`."""
    is_html: bool = response.headers["content-type"] == "text/html; charset=utf-8"
    assert "Accept" in response.headers.get_list("vary", split_commas=True)
    assert not is_html or (response.status_code == 200 and response.headers["cache-control"] == "no-cache")
    return is_html


@pytest.mark.parametrize("accept", BROWSERS)
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        TYPENAME,
        {"query": ""},
        {"query": "{", "variables": "{", "operationName": "", "revision": "0"},
        TYPENAME | HASHED,
        TYPENAME | {"documentId": "x"},
        {"variables": "{}", "unknown": "1"},
    ],
)
def test_a_browser_opens_the_editor(client: httpx.Client, accept: str, parameters: dict[str, str]) -> None:
    """Also for a query that the server would refuse, which can be mended there; at each further visit too."""
    for _ in range(3):
        assert is_page(client.get("/graphql", params=parameters, headers={"accept": accept}))


@pytest.mark.parametrize("accept", CLIENTS)
def test_a_client_gets_the_answer(client: httpx.Client, accept: str) -> None:
    """JSON, unless the client gives HTML a greater weight."""
    for _ in range(3):
        response = client.get("/graphql", params=TYPENAME, headers={"accept": accept})
        assert not is_page(response)
        assert response.json() == ANSWER


@pytest.mark.parametrize(
    ("name", "start"), [("csv", b'"nickname"'), ("parquet", b"PAR1"), ("ndjson", b"{"), ("arrow", b"\xff\xff\xff\xff")]
)
def test_a_browser_downloads_a_table(client: httpx.Client, name: str, start: bytes) -> None:
    """As a file, as before."""
    response = client.get("/graphql", params=TABLE | {"format": name}, headers={"accept": CHROME})
    assert not is_page(response)
    assert response.content.startswith(start)
    assert f".{name}" in response.headers["content-disposition"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (HASHED, "PersistedQueryNotFound"),
        ({"documentId": "x"}, "PersistedQueryNotFound"),
        ({"query": ""} | HASHED, "`query` is empty text"),
        (TABLE | {"format": "xls"}, "format is 'xls'"),
        (TABLE | {"explode": "x"}, "explode is 'x'"),
        ({f"p{number}": "" for number in range(101)}, "The query string has 101 parameters"),
    ],
)
def test_a_browser_is_refused_what_cannot_be_edited(
    client: httpx.Client, parameters: dict[str, str], message: str
) -> None:
    """A link without a document, to a table that does not exist, or with a malformed query string."""
    assert message in refusal(client.get("/graphql", params=parameters, headers={"accept": CHROME}))[2]


def test_the_raw_answer_has_a_link_too(client: httpx.Client) -> None:
    """`format=json` shows it in a browser."""
    response = client.get("/graphql", params=TYPENAME | {"format": "json"}, headers={"accept": CHROME})
    assert not is_page(response)
    assert response.json() == ANSWER


def test_a_tag_of_the_answer_is_not_one_of_the_page(client: httpx.Client) -> None:
    """A browser that stored one of the two asks for the other with its tag, and must not get 304."""
    accepts = {"page": CHROME, "answer": GRAPHQL_RESPONSE}
    got = {name: client.get("/graphql", params=TYPENAME, headers={"accept": each}) for name, each in accepts.items()}
    for name, accept in accepts.items():
        for other in got:
            tag = got[other].headers["etag"]
            again = client.get("/graphql", params=TYPENAME, headers={"accept": accept, "if-none-match": tag})
            assert again.status_code == (304 if other == name else 200)
            assert again.content == (b"" if other == name else got[name].content)


def test_pages_and_answers_alternate_on_a_connection(live_server: str) -> None:
    """The heads of requests differ in `Accept` alone; the short path recognizes repeated ones."""
    start = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\nAccept: "
    accepts = [b"*/*", CHROME.encode(), b"*/*", CHROME.encode(), b"application/json, text/html;q=0.9", b"text/html"]
    last = start + b"*/*\r\nConnection: close\r\n\r\n"
    received = raw(live_server, b"".join(start + accept + b"\r\n\r\n" for accept in accepts) + last)
    types = [line for line in received.lower().splitlines() if line.startswith(b"content-type: ")]
    json, html = b"content-type: application/json; charset=utf-8", b"content-type: text/html; charset=utf-8"
    assert types == [json, html, json, html, json, html, json]


@pytest.fixture(scope="module")
def nested() -> Iterator[str]:
    """URL of a server whose root fields are nested under one."""
    with running_server("--source", "sample", "--root-field", "mlEnergy") as address:
        yield address


def test_pages_of_a_nested_graph_state_the_root_field(nested: str, live_server: str, client: httpx.Client) -> None:
    """The queries of the pages need it."""
    stated = '<meta name="mlenergy-root-field" content="mlEnergy"></head>'
    for path in ("/", "/runs", "/graphql"):
        assert stated in client.get(f"{nested}{path}", headers={"accept": CHROME}).text
        assert stated not in client.get(f"{live_server}{path}", headers={"accept": CHROME}).text
