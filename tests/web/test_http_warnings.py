"""`extensions.warnings` over HTTP: the same in every response to a request, whichever cache it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.resolvers.test_warnings import KNOWN
from tests.web.http_requests import post

if TYPE_CHECKING:
    import httpx

REFUSED_TOO = """{ a: llmRuns(where: {task: {in: ["gqpa"]}}) { totalCount }
                   b: llmRuns(where: {task: {eq: "gqpa"}}) { totalCount } }"""


@pytest.mark.parametrize("query", [*KNOWN, REFUSED_TOO])
def test_ten_requests_have_one_answer(client: httpx.Client, query: str) -> None:
    """By POST and GET, while columns, documents, answers and responses become cached."""
    posted = [post(client, {"query": query, "variables": {"n": 1}}) for _ in range(10)]
    parameters = urlencode({"query": query, "variables": '{"n":1}'})
    got = [client.get(f"/graphql?{parameters}") for _ in range(3)]
    assert len(posted[0].json()["extensions"]["warnings"]) >= 1
    assert {response.text for response in (*posted, *got)} == {posted[0].text}


def test_an_answer_with_warnings_is_validated_by_its_tag(client: httpx.Client) -> None:
    """It is as cacheable as others, and 304 if unchanged."""
    parameters = urlencode({"query": KNOWN[0]})
    first = client.get(f"/graphql?{parameters}")
    again = client.get(f"/graphql?{parameters}", headers={"if-none-match": first.headers["etag"]})
    assert "warnings" in first.json()["extensions"]
    assert (again.status_code, again.content) == (304, b"")


def test_an_answer_without_warnings_has_no_extensions(client: httpx.Client) -> None:
    """Only `data`."""
    assert post(client, {"query": '{ llmRuns(where: {task: {eq: "gpqa"}}) { totalCount } }'}).json().keys() == {"data"}


def test_an_answer_with_errors_has_its_warnings_too(client: httpx.Client) -> None:
    """An error removes neither data nor warnings of other fields."""
    body = post(client, {"query": REFUSED_TOO}).json()
    assert body["data"] == {"a": {"totalCount": 0}, "b": None}
    assert [error["path"] for error in body["errors"]] == [["b"]]
    assert [warning["argument"] for warning in body["extensions"]["warnings"]] == ["task.in"]
