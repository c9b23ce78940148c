"""HTTP caching of answers from raw files: as any other answer if the revision determines the files, else not at all."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.server_process import run_server, running_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TIMELINE = "{ llmRuns(first: 1) { nodes { timeline(maxPoints: 20) { relativeTimeS value } } } }"
IMMUTABLE = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset in a plain directory."""
    root = tmp_path_factory.mktemp("raw-caching") / "dataset"
    assert run_server("sample", str(root), "--runs", "20").returncode == 0
    return root


@pytest.fixture(scope="module")
def snapshot(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same dataset as a snapshot in the Hub client's cache."""
    root = tmp_path_factory.mktemp("cache") / "datasets--org--name" / "snapshots" / ("0f" * 20)
    shutil.copytree(plain, root)
    return root


@pytest.fixture(scope="module")
def of_snapshot(snapshot: Path) -> Iterator[httpx.Client]:
    """A client of a server over the snapshot."""
    with running_server("--source", str(snapshot)) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def _get(client: httpx.Client, query: str, *, tag: str = "", **parameters: str) -> httpx.Response:
    return client.get("/graphql", params={"query": query, **parameters}, headers={"if-none-match": tag})


def test_a_timeline_of_a_commit_is_cached_as_any_answer(of_snapshot: httpx.Client, snapshot: Path) -> None:
    """With a tag that is confirmed, for a year if the link names the revision, and from memory when repeated."""
    answers = [_get(of_snapshot, TIMELINE) for _ in range(4)]
    assert {(each.status_code, each.headers["cache-control"]) for each in answers} == {(200, "public, max-age=60")}
    assert len({each.content for each in answers}) == 1
    [tag] = {each.headers["etag"] for each in answers}
    assert _get(of_snapshot, TIMELINE, tag=tag).status_code == 304
    assert _get(of_snapshot, TIMELINE, revision=snapshot.name).headers["cache-control"] == IMMUTABLE


def test_a_missing_raw_file_is_not_cached(of_snapshot: httpx.Client, snapshot: Path) -> None:
    """It is an error until the file is there: a snapshot may be incomplete."""
    found = of_snapshot.post(
        "/graphql", json={"query": "{ llmRuns(first: 1, offset: 1) { nodes { id resultsPath } } }"}
    )
    [run] = found.json()["data"]["llmRuns"]["nodes"]
    query = f"{{ llmRun(id: {json.dumps(run['id'])}) {{ latencies {{ skippedCount }} }} }}"
    file = snapshot / run["resultsPath"]
    file.rename(file.with_suffix(".away"))
    failed = _get(of_snapshot, query, revision=snapshot.name)
    assert failed.json()["errors"][0]["extensions"]["code"] == "RAW_DATA_UNAVAILABLE"
    assert failed.headers["cache-control"] == "no-store"
    assert "etag" not in failed.headers
    file.with_suffix(".away").rename(file)


def test_a_fitted_mixture_is_not_immutable(of_snapshot: httpx.Client, snapshot: Path) -> None:
    """Another version of the toolkit may fit differently, as for `logisticFits`."""
    query = "{ llmRuns(first: 1) { nodes { interTokenLatencies { mixture(maxSamples: 64) { loc } } } } }"
    fitted = _get(of_snapshot, query, revision=snapshot.name)
    assert "errors" not in fitted.json()
    assert fitted.headers["cache-control"] == "public, max-age=60"


def test_a_timeline_of_a_plain_directory_is_not_cached(plain: Path) -> None:
    """Its revision is a digest of the tables: a raw file can be replaced without another revision."""
    with running_server("--source", str(plain)) as address, httpx.Client(base_url=address, timeout=30) as client:
        for _ in range(3):
            response = _get(client, TIMELINE)
            assert response.headers["cache-control"] == "no-store"
            assert "etag" not in response.headers
            assert "errors" not in response.json()
