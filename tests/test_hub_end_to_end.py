"""`server.py` over a Hub on loopback: real processes, real downloads, and everything that can go wrong with them."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

import httpx
import pytest

from sample import write_sample
from tables.directory import open_directory
from tests.loopback_hub import LoopbackHub
from tests.server_process import ROOT, run_server
from tests.web.observed_server import ObservedServer, observed_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.loopback_hub import Fault

# Stands for an access token: nothing that comes out of the server may hold it.
CANARY = "hf_canaryCANARYcanaryCANARYcanaryCANARY"
FIRST, SECOND = "a" * 40, "b" * 40
Down = Literal["down"]
PROVENANCE = "{ dataset { name source revision synthetic staleBecause url } }"


@pytest.fixture(scope="module")
def datasets(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two revisions of a small dataset."""
    root = tmp_path_factory.mktemp("datasets")
    for seed in (1, 2):
        write_sample(root / str(seed), runs=8, seed=seed)
    return root / "1", root / "2"


@pytest.fixture
def hub(datasets: tuple[Path, Path]) -> Iterator[LoopbackHub]:
    """A Hub that is well."""
    with LoopbackHub(datasets[0], commit=FIRST) as running:
        yield running


@dataclass(frozen=True)
class Served:
    """A server over a Hub, and the home of its client."""

    hub: LoopbackHub
    server: ObservedServer
    home: Path


@pytest.fixture(scope="module")
def served(datasets: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """With a token `auto` is the Hub; it logs all there is to log, and `main` has moved since it started."""
    home = tmp_path_factory.mktemp("home")
    with LoopbackHub(datasets[0], commit=FIRST) as hub:
        arguments = ("--source", "auto", "--log-level", "debug")
        with _server(home, *arguments, environment=_environment(hub, home)) as server:
            hub.publish(datasets[1], commit=SECOND)
            yield Served(hub, server, home)


def _environment(hub: LoopbackHub, home: Path, **more: str) -> dict[str, str]:
    # Both caches are the home's own: a raw file that another server has decoded would not be downloaded again.
    caches = {"HF_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    return {"HF_ENDPOINT": hub.url, "HF_TOKEN": CANARY, "NO_PROXY": "127.0.0.1", **caches, **more}


@contextmanager
def _server(folder: Path, *arguments: str, environment: dict[str, str]) -> Iterator[ObservedServer]:
    """Run a server, and look for the token in its log at the end."""
    with observed_server(folder, *arguments, environment=environment) as server:
        yield server
        server.terminate()
    assert CANARY not in server.log.read_text(encoding="utf-8")


def _ask(server: ObservedServer, query: str) -> dict[str, Any]:
    """Ask over HTTP, on a connection of its own, and look for the token in the answer."""
    response = httpx.post(f"{server.address}/graphql", json={"query": query})
    assert CANARY not in response.text + str(response.headers)
    answer: dict[str, Any] = response.json()
    return answer


def _provenance(server: ObservedServer) -> dict[str, Any]:
    provenance: dict[str, Any] = _ask(server, PROVENANCE)["data"]["dataset"]
    return provenance


def _said(server: ObservedServer, event: str) -> list[dict[str, Any]]:
    return [line for line in server.lines() if line["event"].startswith(event)]


def _wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_the_hub_is_served_at_one_commit(served: Served) -> None:
    """The revision is the commit that was found, in the answer, its header and the log; the token went along."""
    assert _provenance(served.server) == {
        "name": "ml-energy/benchmark-v3",
        "source": "hub",
        "revision": FIRST,
        "synthetic": True,
        "staleBecause": None,
        "url": "https://huggingface.co/datasets/ml-energy/benchmark-v3",
    }
    response = httpx.post(f"{served.server.address}/graphql", json={"query": "{ __typename }"})
    assert response.headers["X-Dataset-Revision"] == FIRST
    assert _said(served.server, "serving")[0]["revision"] == FIRST
    assert all(seen.authorized for seen in served.hub.requests)


def test_a_timeline_brings_one_raw_file_of_the_same_commit(served: Served) -> None:
    """The file is downloaded when it is asked for, once, and at the commit of the tables."""
    query = "{ llmRuns(stability: ANY, first: 1) { nodes { resultsPath timeline { value } } } }"
    before = len(served.hub.paths("GET"))
    run = _ask(served.server, query)["data"]["llmRuns"]["nodes"][0]
    assert run["timeline"]["value"]
    downloads = served.hub.paths("GET")[before:]
    assert [FIRST in path and unquote(path).endswith(run["resultsPath"]) for path in downloads] == [True]
    asked = len(served.hub.requests)
    assert _ask(served.server, query)["data"]["llmRuns"]["nodes"][0] == run
    assert len(served.hub.requests) == asked


def test_a_raw_file_that_cannot_be_had_is_an_error_at_its_timeline(served: Served) -> None:
    """A Hub that fails while the server runs leaves the tables as they are, and the server ready."""
    served.hub.fail("unavailable")
    query = "{ llmRuns(stability: ANY, first: 1, offset: 1) { nodes { nickname timeline { value } } } }"
    try:
        answer = _ask(served.server, query)
    finally:
        served.hub.heal()
    node = answer["data"]["llmRuns"]["nodes"][0]
    assert node["nickname"]
    assert node["timeline"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["RAW_DATA_UNAVAILABLE"]
    assert httpx.get(f"{served.server.address}/readyz").status_code == httpx.codes.OK


def test_no_answer_names_the_token(served: Served) -> None:
    """Health, pages, errors and the schema: nothing that can be asked for holds it, nor does the log."""
    address = served.server.address
    for path in ("/livez", "/readyz", "/", "/graphql", "/nowhere", "/graphql?query={dataset{name,nothing}}"):
        response = httpx.get(f"{address}{path}", headers={"Accept": "text/html, application/json"})
        assert CANARY not in response.text + str(response.headers)
    answer = _ask(served.server, "{ _service { sdl } dataset { citation url columns { description } } }")
    assert answer["data"]["dataset"]["citation"]
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
        ("hang", "", "did not deliver within 0.7 s"),
        ("cut", "runs/llm.parquet", "broke off"),
        ("down", "", "cannot be reached"),
    ],
)
def test_what_the_hub_can_do_is_one_clear_line(
    hub: LoopbackHub, tmp_path: Path, fault: Fault | Down, on: str, reason: str
) -> None:
    """A Hub that refuses, lacks or does not deliver ends the start with code 2 and one line, without the token."""
    if fault == "down":
        hub.close()
    else:
        hub.fail(fault, on=on)
    environment = _environment(hub, tmp_path / "home", MLENERGY_HUB_TIMEOUT_SECONDS="0.7" if fault == "hang" else "3")
    done = run_server("serve", "--source", "hub", "--port", "0", environment=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert reason in done.stderr
    assert CANARY not in done.stderr


@pytest.mark.parametrize("fault", ["down", "unavailable"])
def test_a_hub_that_is_away_leaves_the_cached_revision(
    hub: LoopbackHub, datasets: tuple[Path, Path], served: Served, tmp_path: Path, fault: Fault | Down
) -> None:
    """The cached commit serves, and the dataset and the log say why, in workers as well."""
    hub.publish(datasets[1], commit=SECOND)
    if fault == "down":
        hub.close()
    else:
        hub.fail(fault)
    workers = "2" if fault == "down" else "1"
    environment = _environment(hub, served.home, MLENERGY_HUB_TIMEOUT_SECONDS="3")
    with _server(tmp_path, "--source", "hub", "--workers", workers, environment=environment) as server:
        provenance = _provenance(server)
        assert provenance["revision"] == FIRST
        assert provenance["staleBecause"].endswith(f"the cached revision {FIRST} of main serves")
        assert [line["because"] for line in _said(server, "a cached revision")] == [provenance["staleBecause"]]


def test_a_refusal_is_not_answered_from_the_cache(hub: LoopbackHub, served: Served) -> None:
    """Whose access was taken away is not served what he once had."""
    hub.fail("gated")
    done = run_server("serve", "--source", "hub", "--port", "0", environment=_environment(hub, served.home))
    assert done.returncode == 2
    assert "access is gated" in done.stderr


def test_all_workers_serve_the_commit_that_was_found_first(
    hub: LoopbackHub, datasets: tuple[Path, Path], tmp_path: Path
) -> None:
    """However the branch moves meanwhile: at the start, and when a worker has died and another takes its place."""
    hub.repo = "org/name"
    environment = _environment(hub, tmp_path / "home")
    with _server(tmp_path, "--source", "hub:org/name@main", "--workers", "2", environment=environment) as server:
        hub.publish(datasets[1], commit=SECOND)
        _wait_for(lambda: len(_said(server, "Started server process")) == 2)
        os.kill(_worker_pids(server)[0], signal.SIGKILL)
        _wait_for(lambda: len(_said(server, "Started server process")) == 3)
        _wait_for(lambda: len(_said(server, "Application startup complete")) == 3)
        assert {_provenance(server)["revision"] for _ in range(20)} == {FIRST}
        assert server.terminate() == 0
        for pid in _worker_pids(server):
            with pytest.raises(ProcessLookupError):
                os.kill(pid, 0)


def _worker_pids(server: ObservedServer) -> list[int]:
    return [int(line["event"].split("[")[1].rstrip("]")) for line in _said(server, "Started server process")]


def _fetch(hub: LoopbackHub, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_server("fetch", *arguments, environment=_environment(hub, home))


def test_fetch_brings_a_directory_that_serves(hub: LoopbackHub, datasets: tuple[Path, Path], tmp_path: Path) -> None:
    """With `--raw` all files come, equal to the Hub's; asked again, only what is missing comes."""
    target = tmp_path / "new" / "dataset"
    done = _fetch(hub, tmp_path, str(target), "--raw")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ml-energy/benchmark-v3 at {FIRST} is in {target}\n"
    files = {file.relative_to(datasets[0]) for file in datasets[0].rglob("*") if file.is_file()}
    assert {file.relative_to(target) for file in target.rglob("*") if file.is_file()} == files
    assert all((target / file).read_bytes() == (datasets[0] / file).read_bytes() for file in files)
    dataset = open_directory(target)
    assert dataset.raw.read(dataset.runs["llm"].values("results_path").array[0])

    (target / "runs" / "llm.parquet").unlink()
    before = len(hub.requests)
    assert _fetch(hub, tmp_path, str(target), "--raw").returncode == 0
    downloads = [seen.path for seen in hub.requests[before:] if seen.method == "GET" and "/resolve/" in seen.path]
    assert [path.endswith("runs/llm.parquet") for path in downloads] == [True]


def test_fetch_without_raw_brings_the_tables_alone(hub: LoopbackHub, tmp_path: Path) -> None:
    """The source may name the revision; the tables serve, and what is 100 GB stays away."""
    done = _fetch(hub, tmp_path, str(tmp_path / "d"), "--source", f"hub@{FIRST}")
    assert done.returncode == 0
    assert open_directory(tmp_path / "d").provenance.synthetic
    assert not (tmp_path / "d" / "llm").exists()


def test_an_interrupted_fetch_goes_on_where_it_was(hub: LoopbackHub, tmp_path: Path) -> None:
    """What was complete before Ctrl-C is not asked for again, and nothing half-written has a file's name."""
    target = tmp_path / "dataset"
    hub.fail("hang", on="runs/llm.parquet")
    # Tests that are started in the background of a shell ignore Ctrl-C, and so would the process that they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "server.py", "fetch", str(target), "--source", "hub"],
        cwd=ROOT,
        env={**os.environ, **_environment(hub, tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        _wait_for(lambda: _downloads(hub, "runs/llm.parquet") == 1)
        process.send_signal(signal.SIGINT)
        said = "".join(process.communicate(timeout=30))
    finally:
        process.kill()
    assert process.returncode not in {0, 2}
    assert "Traceback" not in said
    assert (target / "runs" / "diffusion.parquet").is_file()
    assert not (target / "runs" / "llm.parquet").exists()
    hub.heal()
    assert _fetch(hub, tmp_path, str(target)).returncode == 0
    assert (_downloads(hub, "runs/diffusion.parquet"), _downloads(hub, "runs/llm.parquet")) == (1, 2)
    assert open_directory(target).provenance.synthetic


def _downloads(hub: LoopbackHub, file: str) -> int:
    return sum(path.endswith(file) for path in hub.paths("GET"))


@pytest.mark.parametrize(
    ("fault", "reason"), [("gated", "access is gated"), ("no-repo", "no such dataset"), ("hang", "within 0.7 s")]
)
def test_a_fetch_that_fails_is_one_clear_line(hub: LoopbackHub, tmp_path: Path, fault: Fault, reason: str) -> None:
    """As the server does: code 2, one line, no token; the time-out is the setting."""
    hub.fail(fault)
    done = _fetch(hub, tmp_path, str(tmp_path / "d"), "--hub-timeout-seconds", "0.7" if fault == "hang" else "10")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert reason in done.stderr
    assert CANARY not in done.stderr


@pytest.mark.parametrize(
    ("target", "source", "reason"),
    [
        ("file", "hub", "file"),
        ("file/below", "hub", "file"),
        ("new", "sample", "is not on the Hub"),
        ("new", "hub:name", "is not understood"),
    ],
)
def test_a_place_or_source_that_fetch_cannot_use_is_named(
    hub: LoopbackHub, tmp_path: Path, target: str, source: str, reason: str
) -> None:
    """A file where the directory should be, a source that is no Hub's: code 2 and one line."""
    (tmp_path / "file").write_text("kept")
    done = _fetch(hub, tmp_path, str(tmp_path / target), "--source", source)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert reason in done.stderr
    assert (tmp_path / "file").read_text() == "kept"


def test_fetch_shows_its_progress_to_who_watches(hub: LoopbackHub, tmp_path: Path) -> None:
    """On a terminal there is a bar with the file's name; elsewhere, as the other tests see, nothing."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "server.py", "fetch", str(tmp_path / "d"), "--source", "hub"],
        cwd=ROOT,
        env={**os.environ, **_environment(hub, tmp_path), "TERM": "xterm", "COLUMNS": "160"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(timeout=30) == 0
    assert "━" in shown.decode()
    assert b"runs/llm.parquet" in shown
    assert CANARY.encode() not in shown
