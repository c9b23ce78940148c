"""Citable links: a GET that names the revision returns the same answer while that is served, and an error otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.web.http_requests import GRAPHQL_RESPONSE, post, refusal

if TYPE_CHECKING:
    import httpx

QUERY = """query ($gpu: String!) {
  dataset { revision }
  llmRuns(where: {gpuModel: {eq: $gpu}}, first: 2) { digest nodes { id } best(by: NUM_GPUS) { run { nickname } } }
}"""
VARIABLES = {"gpu": "B200"}


def test_a_link_gives_the_answer_again(client: httpx.Client) -> None:
    """GET and POST return the same bytes; the URL alone is sufficient."""
    posted = post(client, {"query": QUERY, "variables": VARIABLES})
    revision = posted.headers["x-dataset-revision"]
    assert revision == posted.json()["data"]["dataset"]["revision"]
    parameters = {"query": QUERY, "variables": json.dumps(VARIABLES), "revision": revision}

    got = client.get("/graphql", params=parameters, headers={"accept": GRAPHQL_RESPONSE})

    assert got.status_code == 200
    assert got.content == posted.content
    assert client.get(str(got.url)).content == posted.content


@pytest.mark.parametrize("parameters", [{"revision": "another"}, {"extensions": '{"revision": "another"}'}])
def test_a_link_to_another_revision_is_refused(client: httpx.Client, parameters: dict[str, str]) -> None:
    """The error names both revisions."""
    response = client.get("/graphql", params={"query": "{ __typename }", **parameters})
    status, code, message = refusal(response)

    served = response.headers["x-dataset-revision"]
    assert (status, code) == (412, "BAD_REQUEST")
    assert message == f"Revision 'another' is not served; served: {served}. Omit `revision` to query that one."


def test_a_post_may_name_a_revision_too(client: httpx.Client) -> None:
    """In its extensions."""
    served = client.get("/graphql", params={"query": "{ __typename }"}).headers["x-dataset-revision"]
    answers = [
        post(client, {"query": "{ __typename }", "extensions": {"revision": revision}}) for revision in (served, "old")
    ]
    assert [answer.status_code for answer in answers] == [200, 412]


@pytest.mark.parametrize("length", [12, 13, None])
def test_a_revision_may_be_named_by_its_first_twelve_characters(client: httpx.Client, length: int | None) -> None:
    """In a link and in extensions; only the full revision makes the response immutable."""
    query = {"query": "{ gpus { model } }"}
    served = client.get("/graphql", params=query).headers["x-dataset-revision"]
    revision = served[:length]

    got = client.get("/graphql", params={**query, "revision": revision})
    posted = post(client, {**query, "extensions": {"revision": revision}})

    assert got.status_code == posted.status_code == 200
    assert got.json() == posted.json()
    assert ("immutable" in got.headers["cache-control"]) is (revision == served)
    assert got.headers["etag"]


@pytest.mark.parametrize("length", [0, 1, 11])
def test_a_shorter_prefix_of_a_revision_is_refused(client: httpx.Client, length: int) -> None:
    """It could match another revision later; the error names the minimum length."""
    query = {"query": "{ gpus { model } }"}
    revision = client.get("/graphql", params=query).headers["x-dataset-revision"][:length]

    status, code, message = refusal(post(client, {**query, "extensions": {"revision": revision}}))

    assert (status, code) == (400, "BAD_REQUEST")
    assert message.startswith(f"Revision {revision!r} has {length} characters; allowed: the full revision")


@pytest.mark.parametrize("longer", ["0", "f" * 200])
def test_more_characters_than_the_revision_has_are_another_revision(client: httpx.Client, longer: str) -> None:
    """The error repeats a bounded part of it."""
    query = {"query": "{ gpus { model } }"}
    served = client.get("/graphql", params=query).headers["x-dataset-revision"]

    status, _, message = refusal(post(client, {**query, "extensions": {"revision": served + longer}}))

    assert status == 412
    assert len(message) < 300


@pytest.mark.parametrize("revision", [7, ["a"], {}])
def test_a_revision_is_text(client: httpx.Client, revision: Any) -> None:  # noqa: ANN401 - any JSON
    """Other types are rejected, as in all parts of a request."""
    error = refusal(post(client, {"query": "{ __typename }", "extensions": {"revision": revision}}))
    assert error[:2] == (400, "BAD_REQUEST")
    assert error[2].startswith("`revision` is a")


@pytest.mark.parametrize(
    "body",
    [{"query": "{ __typename }"}, {"query": "{ nothing }"}, {"query": "{"}, {}, b"", {"query": "{ gpu { model } }"}],
)
def test_every_response_names_the_revision(client: httpx.Client, body: Any) -> None:  # noqa: ANN401 - any JSON
    """Error responses too."""
    assert (
        post(client, body).headers["x-dataset-revision"]
        == post(client, {"query": "{ __typename }"}).headers["x-dataset-revision"]
    )
