"""`server.py serve` over a Hub on loopback: real processes, real downloads, and failures of the Hub."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import httpx
import pytest

from tests.hub_end_to_end.processes import hub_environment, wait_until
from tests.loopback_dataset import CANARY, COMMIT, NEXT_COMMIT
from tests.loopback_hub import LoopbackHub
from tests.server_process import run_server
from tests.web.observed_server import ObservedServer, observed_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.loopback_hub import Fault

Down = Literal["down"]
PROVENANCE = "{ dataset { name source revision synthetic staleBecause url } }"


@dataclass(frozen=True)
class Served:
    """A server over a Hub, and the home directory of its Hub client."""

    hub: LoopbackHub
    server: ObservedServer
    home: Path


@pytest.fixture(scope="module")
def served(datasets: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With a token `auto` is the Hub; the log level is debug, and `main` has moved since the start."""
    home = tmp_path_factory.mktemp("home")
    with LoopbackHub(datasets[0], commit=COMMIT) as hub:
        arguments = ("--source", "auto", "--log-level", "debug")
        with _server(home, *arguments, environment=hub_environment(hub, home)) as server:
            hub.publish(datasets[1], commit=NEXT_COMMIT)
            yield Served(hub, server, home)


@contextmanager
def _server(folder: Path, *arguments: str, environment: dict[str, str]) -> Iterator[ObservedServer]:
    """Run a server, and check at the end that its log does not contain the token."""
    with observed_server(folder, *arguments, environment=environment) as server:
        yield server
        server.terminate()
    assert CANARY not in server.log.read_text(encoding="utf-8")


def _query(server: ObservedServer, query: str) -> dict[str, Any]:
    """Send a query on its own connection, and check that the response does not contain the token."""
    response = httpx.post(f"{server.address}/graphql", json={"query": query})
    assert CANARY not in response.text + str(response.headers)
    body: dict[str, Any] = response.json()
    return body


def _provenance(server: ObservedServer) -> dict[str, Any]:
    provenance: dict[str, Any] = _query(server, PROVENANCE)["data"]["dataset"]
    return provenance


def _log_lines(server: ObservedServer, event: str) -> list[dict[str, Any]]:
    return [line for line in server.lines() if line["event"].startswith(event)]


def test_the_hub_is_served_at_one_commit(served: Served) -> None:
    """The response, its header and the log state the resolved commit; requests to the Hub carry the token."""
    assert _provenance(served.server) == {
        "name": "ml-energy/benchmark-v3",
        "source": "hub",
        "revision": COMMIT,
        "synthetic": True,
        "staleBecause": None,
        "url": "https://huggingface.co/datasets/ml-energy/benchmark-v3",
    }
    response = httpx.post(f"{served.server.address}/graphql", json={"query": "{ __typename }"})
    assert response.headers["X-Dataset-Revision"] == COMMIT
    assert _log_lines(served.server, "serving")[0]["revision"] == COMMIT
    assert all(received.authorized for received in served.hub.requests)


def test_a_timeline_downloads_one_raw_file_of_the_same_commit(served: Served) -> None:
    """The file is downloaded once, at the first request, at the commit of the tables."""
    query = "{ llmRuns(stability: ANY, first: 1) { nodes { resultsPath timeline { value } } } }"
    before = len(served.hub.paths("GET"))
    run = _query(served.server, query)["data"]["llmRuns"]["nodes"][0]
    assert run["timeline"]["value"]
    downloads = served.hub.paths("GET")[before:]
    assert [COMMIT in path and unquote(path).endswith(run["resultsPath"]) for path in downloads] == [True]
    received = len(served.hub.requests)
    assert _query(served.server, query)["data"]["llmRuns"]["nodes"][0] == run
    assert len(served.hub.requests) == received
    pinned = httpx.get(f"{served.server.address}/graphql", params={"query": query, "revision": COMMIT})
    assert "immutable" in pinned.headers["cache-control"]


def test_an_unavailable_raw_file_is_an_error_on_its_timeline(served: Served) -> None:
    """A Hub that fails while the server runs affects neither the tables nor the readiness."""
    served.hub.fail("unavailable")
    query = "{ llmRuns(stability: ANY, first: 1, offset: 1) { nodes { nickname timeline { value } } } }"
    try:
        body = _query(served.server, query)
    finally:
        served.hub.heal()
    node = body["data"]["llmRuns"]["nodes"][0]
    assert node["nickname"]
    assert node["timeline"] is None
    assert [error["extensions"]["code"] for error in body["errors"]] == ["RAW_DATA_UNAVAILABLE"]
    assert httpx.get(f"{served.server.address}/readyz").status_code == httpx.codes.OK


def test_no_response_contains_the_token(served: Served) -> None:
    """Neither do health checks, pages, errors, the schema and the log."""
    address = served.server.address
    for path in ("/livez", "/readyz", "/", "/graphql", "/nowhere", "/graphql?query={dataset{name,nothing}}"):
        response = httpx.get(f"{address}{path}", headers={"Accept": "text/html, application/json"})
        assert CANARY not in response.text + str(response.headers)
    body = _query(served.server, "{ _service { sdl } dataset { citation url columns { description } } }")
    assert body["data"]["dataset"]["citation"]
    assert CANARY not in served.server.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fault", "on", "reason"),
    [
        ("gated", "", "access is gated"),
        ("unauthorized", "", "does not accept the token"),
        ("no-repo", "", "there is no such dataset"),
        ("no-revision", "", "there is no such revision"),
        ("no-entry", "runs/", "there is no such file"),
        ("unavailable", "", "answered HTTP 503"),
        ("hang", "", "timed out after 0.7 s"),
        ("cut", "runs/llm.parquet", "closed the connection"),
        ("down", "", "cannot be reached"),
    ],
)
def test_a_failure_of_the_hub_ends_the_start(
    hub: LoopbackHub, tmp_path: Path, fault: Fault | Down, on: str, reason: str
) -> None:
    """Exit code 2 and one line without the token."""
    if fault == "down":
        hub.close()
    else:
        hub.fail(fault, on=on)
    environment = hub_environment(
        hub, tmp_path / "home", MLENERGY_HUB_TIMEOUT_SECONDS="0.7" if fault == "hang" else "3"
    )
    done = run_server("serve", "--source", "hub", "--port", "0", environment=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert reason in done.stderr
    assert CANARY not in done.stderr


@pytest.mark.parametrize("fault", ["down", "unavailable"])
def test_an_unavailable_hub_leaves_the_cached_revision_served(
    hub: LoopbackHub, datasets: tuple[Path, Path], served: Served, tmp_path: Path, fault: Fault | Down
) -> None:
    """`staleBecause` and the log state the reason, in workers too."""
    hub.publish(datasets[1], commit=NEXT_COMMIT)
    if fault == "down":
        hub.close()
    else:
        hub.fail(fault)
    workers = "2" if fault == "down" else "1"
    environment = hub_environment(hub, served.home, MLENERGY_HUB_TIMEOUT_SECONDS="3")
    with _server(tmp_path, "--source", "hub", "--workers", workers, environment=environment) as server:
        provenance = _provenance(server)
        assert provenance["revision"] == COMMIT
        assert provenance["staleBecause"].endswith(f"the cached revision {COMMIT} of main is served")
        assert [line["because"] for line in _log_lines(server, "a cached revision")] == [provenance["staleBecause"]]


def test_a_refusal_is_an_error_although_a_revision_is_cached(hub: LoopbackHub, served: Served) -> None:
    """After access is revoked, the cached revision is not served."""
    hub.fail("gated")
    done = run_server("serve", "--source", "hub", "--port", "0", environment=hub_environment(hub, served.home))
    assert done.returncode == 2
    assert "access is gated" in done.stderr


def test_all_workers_serve_the_commit_of_the_first(
    hub: LoopbackHub, datasets: tuple[Path, Path], tmp_path: Path
) -> None:
    """The commit stays the same when the branch moves, also for a worker that replaces a killed one."""
    hub.repo = "org/name"
    environment = hub_environment(hub, tmp_path / "home")
    with _server(tmp_path, "--source", "hub:org/name@main", "--workers", "2", environment=environment) as server:
        hub.publish(datasets[1], commit=NEXT_COMMIT)
        wait_until(lambda: len(_log_lines(server, "Started server process")) == 2)
        os.kill(_worker_pids(server)[0], signal.SIGKILL)
        wait_until(lambda: len(_log_lines(server, "Started server process")) == 3)
        wait_until(lambda: len(_log_lines(server, "Application startup complete")) == 3)
        assert {_provenance(server)["revision"] for _ in range(20)} == {COMMIT}
        assert server.terminate() == 0
        for pid in _worker_pids(server):
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)


def _worker_pids(server: ObservedServer) -> list[int]:
    return [int(line["event"].split("[")[1].rstrip("]")) for line in _log_lines(server, "Started server process")]
