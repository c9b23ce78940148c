"""The manifest of persisted documents, against real servers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.server_process import run_server, running_server
from tests.web.http_requests import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUERY = "query Trusted($first: Int!) { models(first: $first) { totalCount nodes { modelId } } }"
OTHER = "{ gpus { model } }"
VARIABLES = {"first": 2}


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A manifest with one document by its hash, and one by an id of the operator's own."""
    path = tmp_path_factory.mktemp("manifest") / "persisted-documents.json"
    path.write_text(json.dumps({digest(QUERY): QUERY, "Gpus-v1": OTHER}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def open_client(manifest: Path) -> Iterator[httpx.Client]:
    """A client of a server that knows the manifest and executes other documents too."""
    with (
        running_server("--source", "sample", "--persisted-documents", str(manifest)) as address,
        httpx.Client(base_url=address) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def strict_client(manifest: Path) -> Iterator[httpx.Client]:
    """A client of a server that executes the documents of the manifest alone."""
    arguments = ("--source", "sample", "--persisted-documents", str(manifest), "--allow-documents", "persisted")
    with running_server(*arguments) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(params=["open_client", "strict_client"])
def client(request: pytest.FixtureRequest) -> httpx.Client:
    """Either client."""
    found: httpx.Client = request.getfixturevalue(request.param)
    return found


def by_hash(value: str) -> dict[str, Any]:
    """Return a request with the hash of Apollo's protocol."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": value}}, "variables": VARIABLES}


@pytest.mark.parametrize(
    "request_body",
    [
        by_hash(digest(QUERY)),
        by_hash(f"sha256:{digest(QUERY)}"),
        {"documentId": f"sha256:{digest(QUERY)}", "variables": VARIABLES},
        {"documentId": digest(QUERY).upper(), "variables": VARIABLES, "operationName": "Trusted"},
        {"query": QUERY, "variables": VARIABLES},
        {"query": QUERY, **by_hash(digest(QUERY))},
    ],
    ids=["hash", "prefixed hash", "documentId", "upper case", "text", "text and hash"],
)
def test_a_document_of_the_manifest_is_known_from_the_start(client: httpx.Client, request_body: dict[str, Any]) -> None:
    """By hash, by id, and as text; by GET too, and when the request repeats."""
    expected = client.post("/graphql", json={"query": QUERY, "variables": VARIABLES}).json()
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in request_body.items()}
    by_get = client.get("/graphql", params=parameters)

    assert len(expected["data"]["models"]["nodes"]) == 2
    assert [client.post("/graphql", json=request_body).json() for _ in range(3)] == [expected] * 3
    assert by_get.json() == expected
    assert by_get.headers["etag"]


def test_an_id_need_not_be_a_hash(client: httpx.Client) -> None:
    """It is then matched exactly."""
    assert client.post("/graphql", json={"documentId": "Gpus-v1"}).json()["data"]["gpus"]
    assert client.post("/graphql", json=by_hash("Gpus-v1")).json()["data"]["gpus"]
    assert client.post("/graphql", json={"query": OTHER, **by_hash("Gpus-v1")}).json()["data"]["gpus"]
    assert refusal(client.get("/graphql", params={"documentId": "gpus-v1"}))[1] == "PERSISTED_QUERY_NOT_FOUND"


def test_other_documents_are_executed_unless_the_setting_forbids_it(
    open_client: httpx.Client, strict_client: httpx.Client
) -> None:
    """A refusal names the setting; with a hash beside it, the document is not remembered."""
    query = "{ tasks { name } }"
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(query)}}}

    assert open_client.post("/graphql", json={"query": query, **hashed}).json()["data"]["tasks"]
    assert open_client.post("/graphql", json=hashed).json()["data"]["tasks"]
    for body in ({"query": query}, {"query": query, **hashed}, {"query": f"{QUERY} "}):
        _, code, message = refusal(strict_client.post("/graphql", json=body))
        assert code == "QUERY_NOT_IN_SAFELIST"
        assert "allowed: the 2 documents of the server's manifest" in message
    assert refusal(strict_client.post("/graphql", json=hashed))[1] == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "cannot be read"),
        ("[]", "allowed: a JSON object of ids and documents"),
        ("{}", "allowed: a JSON object of ids and documents"),
        ('{"a": 1}', "has 1 as 'a'; allowed: an id and a document"),
        ('{" ": "{ __typename }"}', "allowed: an id and a document"),
        (json.dumps({f"sha256:{'0' * 64}": OTHER}), f"has a document with the SHA-256 {digest(OTHER)}"),
    ],
)
def test_an_unusable_manifest_ends_the_start(tmp_path: Path, content: str, expected: str) -> None:
    """One line names the file and what is allowed; the exit code is 2."""
    path = tmp_path / "manifest.json"
    path.write_text(content, encoding="utf-8")

    done = run_server("serve", "--source", "sample", "--port", "0", "--persisted-documents", str(path))

    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert str(path) in line
    assert expected in line


def test_only_persisted_documents_need_a_manifest() -> None:
    """Otherwise the server would refuse every request."""
    done = run_server("serve", "--source", "sample", "--port", "0", "--allow-documents", "persisted")

    assert done.returncode == 2
    assert "allow-documents is 'persisted', but persisted-documents is none" in done.stderr


def test_a_table_is_found_by_id_too(client: httpx.Client, strict_client: httpx.Client) -> None:
    """And the setting forbids tables of other documents."""
    parameters = {"documentId": digest(QUERY), "variables": json.dumps(VARIABLES), "format": "csv"}
    refused = strict_client.get("/graphql", params={"query": "{ models { nodes { nickname } } }", "format": "csv"})

    assert len(client.get("/graphql", params=parameters).raise_for_status().text.splitlines()) == 3
    assert refusal(refused)[:2] == (400, "QUERY_NOT_IN_SAFELIST")
