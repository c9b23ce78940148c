"""HTTP caching, cached answers and persisted queries, over real HTTP."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

import brotli
import httpx
import pytest
import zstandard

from tests.server_process import running_server
from tests.web.http_requests import GRAPHQL_RESPONSE, post

if TYPE_CHECKING:
    from collections.abc import Callable

QUERY = "query Q($n: Int!) { llmRuns(first: $n) { nodes { id nickname energyPerTokenJoules } } }"
DECODED: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


def get(client: httpx.Client, *, headers: dict[str, str] | None = None, **parameters: str) -> httpx.Response:
    """Send a GET."""
    return client.get("/graphql", params=parameters, headers={"accept": GRAPHQL_RESPONSE, **(headers or {})})


def raw_body(client: httpx.Client, encoding: str, request_body: dict[str, Any]) -> tuple[bytes, str | None]:
    """Return a body as transferred, and its encoding."""
    with client.stream("POST", "/graphql", json=request_body, headers={"accept-encoding": encoding}) as response:
        return b"".join(response.iter_raw()), response.headers.get("content-encoding")


def test_an_unchanged_get_response_is_304(client: httpx.Client) -> None:
    """The tag belongs to the request, and is the same for all media types and encodings."""
    first = get(client, query=QUERY, variables='{"n": 3}')
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert {"Accept", "Accept-Encoding"} <= set(first.headers["vary"].replace(" ", "").split(","))

    again = get(client, query=QUERY, variables='{"n": 3}', headers={"if-none-match": f'"other", {tag}'})

    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (tag, first.headers["cache-control"])
    assert again.headers["x-dataset-revision"] == first.headers["x-dataset-revision"]
    assert get(client, query=QUERY, variables='{ "n" : 3 }').headers["etag"] == tag
    assert get(client, query=QUERY, variables='{"n": 4}').headers["etag"] != tag
    assert get(client, query=QUERY, variables='{"n": 4}', headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("named", ["*", 'W/"other", {tag}', "{tag}"])
def test_every_form_of_if_none_match_is_honoured(client: httpx.Client, named: str) -> None:
    """A list of tags and `*`; at the first request, and when the answer is cached."""
    query = f"{{ gpus {{ model a{len(named)}: tdpWatts }} }}"
    for _ in range(4):
        tag = get(client, query="{ gpus { model } }").headers["etag"]
        request_body = query if "*" in named else "{ gpus { model } }"
        response = get(client, query=request_body, headers={"if-none-match": named.replace("{tag}", tag)})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"]
        assert response.headers["cache-control"] == "public, max-age=60"


def test_a_star_does_not_hide_an_error(client: httpx.Client) -> None:
    """A rejected request has no answer that a client could have cached."""
    assert get(client, query="{ nothing }", headers={"if-none-match": "*"}).json()["errors"]


def test_a_link_with_a_revision_is_immutable(client: httpx.Client) -> None:
    """Caches may reuse the response for a year."""
    revision = get(client, query="{ __typename }").headers["x-dataset-revision"]
    pinned = get(client, query="{ gpus { model } }", revision=revision)
    assert pinned.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "query",
    [
        "{ nope }",
        "{ dataset { loadedAt staleBecause } }",
        '{ llmRuns(where: {task: {eq: "nope"}}) { totalCount } }',
        "{ llmRuns(first: 1) { nodes { timeline(maxPoints: 1) { value } } } }",
    ],
    ids=["invalid", "of the process", "refused", "an error of a raw file"],
)
def test_errors_are_not_cached(client: httpx.Client, query: str) -> None:
    """They may change at any time."""
    revision = get(client, query="{ __typename }").headers["x-dataset-revision"]
    for parameters in ({"query": query}, {"query": query, "revision": revision}):
        for _ in range(3):
            response = client.get("/graphql", params=parameters)
            assert response.headers["cache-control"] == "no-store"
            assert "etag" not in response.headers


def test_a_cached_answer_is_the_same(client: httpx.Client) -> None:
    """At the third request it is cached: same bytes, the accepted media type, a new request id."""
    request_body = {"query": QUERY, "variables": {"n": 57}}
    answers = [post(client, request_body) for _ in range(4)]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4
    assert client.post("/graphql", json=request_body).headers["content-type"].startswith("application/json")
    assert post(client, {**request_body, "variables": {"n": 56}}).content != answers[0].content


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
def test_new_and_cached_answers_are_compressed(client: httpx.Client, encoding: str) -> None:
    """In the accepted encoding: by the middleware at first, then in the cached form."""
    request_body = {"query": QUERY, "variables": {"n": 60}, "operationName": "Q"}
    plain, none = raw_body(client, "identity", request_body)
    assert none is None
    for _ in range(4):
        body, used = raw_body(client, encoding, request_body)
        assert used == encoding
        assert DECODED[encoding](body) == plain
        assert len(body) < len(plain) / 3


@pytest.mark.parametrize("runs", [1, 4, 9, 33])
def test_equal_request_bytes_get_equal_responses(client: httpx.Client, runs: int) -> None:
    """In the accepted media type and encoding, with a new request id, or with the same error."""
    body = json.dumps({"query": QUERY, "variables": {"n": runs}}).encode()

    def ask(accept: str, encoding: str, content_type: str = "application/json") -> httpx.Response:
        headers = {"accept": accept, "accept-encoding": encoding, "content-type": content_type}
        return client.post("/graphql", content=body, headers=headers)

    ways = [(accept, encoding) for accept in (GRAPHQL_RESPONSE, "application/json") for encoding in ("", "br", "zstd")]
    rounds = [[ask(*way) for way in ways] for _ in range(5)]
    for answers in rounds:
        assert ask(GRAPHQL_RESPONSE, "", "text/plain").status_code == 415
        assert ask("image/png", "").status_code == 406
        for (accept, encoding), answer, first in zip(ways, answers, rounds[0], strict=True):
            assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
            if len(first.content) >= 1_000:  # shorter ones may be compressed or not
                assert answer.headers.get("content-encoding", "") == encoding
            assert answer.content == first.content
            assert answer.headers.keys() == first.headers.keys()
            assert answer.headers["x-dataset-revision"] == first.headers["x-dataset-revision"]
    assert len({answer.headers["x-request-id"] for answers in rounds for answer in answers}) == len(ways) * len(rounds)


def test_a_document_is_found_by_its_hash(live_server: str) -> None:
    """Unknown at first, then sent once, then by hash alone; by GET too, with or without the prefix."""
    query = "query H { gpus { model tdpWatts } }"
    digest = hashlib.sha256(query.encode()).hexdigest()

    def extensions(value: str = digest) -> dict[str, Any]:
        return {"persistedQuery": {"version": 1, "sha256Hash": value}}

    with httpx.Client(base_url=live_server) as client:
        unknown = client.post("/graphql", json={"extensions": extensions()}).json()
        assert unknown["errors"][0]["message"] == "PersistedQueryNotFound"
        assert unknown["errors"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}
        by_get = get(client, extensions=json.dumps(extensions()))
        assert (by_get.status_code, by_get.headers["cache-control"]) == (400, "no-store")

        sent = client.post("/graphql", json={"query": query, "extensions": extensions()}).json()
        assert sent["data"]["gpus"]

        for value in (digest, f"sha256:{digest}", digest.upper()):
            known = get(client, extensions=json.dumps(extensions(value)))
            assert known.json() == sent
            assert known.headers["etag"]


def test_a_hash_is_stored_when_the_answer_is_cached_already(client: httpx.Client) -> None:
    """A document whose answer is cached can still be persisted."""
    query = "query K { tasks { name displayName } }"
    answers = [client.post("/graphql", json={"query": query}).json() for _ in range(3)]
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    assert client.post("/graphql", json={"query": query, "extensions": persisted}).json() == answers[0]
    assert client.post("/graphql", json={"extensions": persisted}).json() == answers[0]


@pytest.mark.parametrize(
    ("persisted", "code"),
    [
        ({"version": 1, "sha256Hash": "0" * 64}, "BAD_USER_INPUT"),
        ({"version": 2, "sha256Hash": "0" * 64}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ({"version": 1}, "PERSISTED_QUERY_NOT_SUPPORTED"),
        ([], "BAD_REQUEST"),
        (1, "PERSISTED_QUERY_NOT_SUPPORTED"),
    ],
)
def test_a_wrong_hash_is_an_error(client: httpx.Client, persisted: object, code: str) -> None:
    """The hash of another document, of another version, or no hash."""
    body: dict[str, Any] = {"extensions": {"persistedQuery": persisted}}
    if code != "BAD_REQUEST":
        body["query"] = "{ __typename }"
    assert client.post("/graphql", json=body).json()["errors"][0]["extensions"]["code"] == code


def test_an_invalid_document_is_not_persisted(client: httpx.Client) -> None:
    """Its hash stays unknown."""
    query = "{ nope }"
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}
    assert client.post("/graphql", json={"query": query, "extensions": persisted}).json()["errors"]
    [error] = client.post("/graphql", json={"extensions": persisted}).json()["errors"]
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


def test_replicas_give_the_same_tag() -> None:
    """Another process over the same data confirms the tag of the first one."""
    arguments = ("--source", "sample")
    with running_server(*arguments) as one, running_server(*arguments) as other:
        tags = [httpx.get(f"{address}/graphql", params={"query": QUERY, "variables": '{"n": 1}'}).headers["etag"]
                for address in (one, other)]  # fmt: skip
    assert tags[0] == tags[1]
