"""`server.py serve` and `uvicorn server:app --factory` as processes: data, errors, logs and exit codes."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from sample import write_sample
from settings import Settings
from tests.server_process import ROOT, free_port, run_server
from tests.web.observed_server import ObservedServer, observed_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_QUERY = """{ models(first: 3) { nodes { nickname runsByGpu { gpu { model }
  llmRuns(first: 2) { nodes { energyPerTokenJoules timeline { sampleCount value } } } } } } }"""


@pytest.fixture(scope="module")
def default_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A server as started by `make serve` without a token, with one misspelled variable."""
    folder = tmp_path_factory.mktemp("default")
    environment = {"HF_TOKEN": "", "HF_HOME": str(folder / "home"), "MLENERGY_MAX_PAGES": "5", "MLENERGY_PORT": ""}
    source = Settings.model_fields["source"].default
    with observed_server(folder, "--source", source, environment=environment) as server:
        yield server


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset directory."""
    root = tmp_path_factory.mktemp("small") / "dataset"
    write_sample(root, runs=8, seed=1)
    return root


def _events(server: ObservedServer, start: str) -> list[dict[str, Any]]:
    return [line for line in server.lines() if line["event"].startswith(start)]


def test_the_first_query_of_a_newcomer_is_answered(default_server: ObservedServer) -> None:
    """Models, their runs grouped by GPU, and power over time, over HTTP, from the default source."""
    answer = httpx.post(f"{default_server.address}/graphql", json={"query": FIRST_QUERY}).json()
    assert "errors" not in answer
    models = answer["data"]["models"]["nodes"]
    assert len(models) == 3
    runs = [run for model in models for gpu in model["runsByGpu"] for run in gpu["llmRuns"]["nodes"]]
    assert {gpu["gpu"]["model"] for model in models for gpu in model["runsByGpu"]} == {"H100", "B200"}
    assert len(runs) >= 4
    assert all(run["energyPerTokenJoules"] > 0 for run in runs)
    assert all(run["timeline"]["sampleCount"] == len(run["timeline"]["value"]) > 10 for run in runs)


def test_without_a_token_the_default_is_the_sample_and_the_log_says_so(default_server: ObservedServer) -> None:
    """The log says that the numbers are made up, why, and at which URL the server listens."""
    assert len(_events(default_server, "source auto: no token for the Hugging Face Hub was found")) == 1
    assert [line["level"] for line in _events(default_server, "the sample is served: made-up numbers")] == ["warning"]
    assert [line["url"] for line in _events(default_server, "listening")] == [f"{default_server.address}/graphql"]


def test_a_misspelled_variable_is_a_warning_with_the_nearest_name(default_server: ObservedServer) -> None:
    """The server starts nevertheless."""
    assert [line["problem"] for line in _events(default_server, "unknown_variable")] == [
        "MLENERGY_MAX_PAGES is not a setting; did you mean MLENERGY_MAX_PAGE?"
    ]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("nowhere", "nowhere' is not a directory; allowed: auto, sample, hub"),
        ("empty", "empty has no runs: runs/llm.parquet is missing and runs/diffusion.parquet is missing; at least"),
        ("corrupt", "corrupt/runs/llm.parquet: not a readable Parquet file"),
    ],
)
def test_an_invalid_directory_is_one_line(directory: Path, tmp_path: Path, broken: str, says: str) -> None:
    """Exit code 2, and one line that names the file."""
    (tmp_path / "empty").mkdir()
    shutil.copytree(directory / "runs", tmp_path / "corrupt" / "runs")
    (tmp_path / "corrupt" / "runs" / "llm.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    done = run_server("serve", "--source", str(tmp_path / broken), "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("error: ")
    assert says in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_one_line(default_server: ObservedServer, workers: str) -> None:
    """The line names the port and the settings that change it."""
    done = run_server("serve", "--source", "sample", "--port", str(default_server.port), "--workers", workers)
    assert done.returncode == 2
    assert done.stderr == (
        f"error: cannot listen on 127.0.0.1 port {default_server.port}: Address already in use; "
        "choose another with --host and --port, or MLENERGY_HOST and MLENERGY_PORT\n"
    )


def test_workers_that_cannot_load_stop_the_server(directory: Path, tmp_path: Path) -> None:
    """Files that change before the workers load them are one line; workers are not restarted endlessly."""
    shutil.copytree(directory / "runs", tmp_path / "changing" / "runs")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "server.py", "serve", "--workers", "2", "--port", "0", "--source", tmp_path / "changing"],
            cwd=ROOT,
            stderr=log,
        )
    try:
        _wait_for_text(tmp_path / "log", '"event":"listening"')
        other = tmp_path / "changing" / "runs" / "llm.parquet"
        other.write_bytes(b"no table")
        assert process.wait(timeout=60) == 2
    finally:
        process.kill()
        process.wait()
    text = (tmp_path / "log").read_text(encoding="utf-8")
    assert f"error: file {other}: not a readable Parquet file" in text
    assert "Traceback" not in text


def _wait_for_text(file: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in file.read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, file.read_text(encoding="utf-8")
        time.sleep(0.02)


@contextmanager
def _by_uvicorn(tmp_path: Path, *arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Start the application by uvicorn's own command; yield the process and the file of its output."""
    output = tmp_path / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, "-m", "uvicorn", "server:app", "--factory", *arguments],
            cwd=ROOT,
            env={"PATH": "", "HOME": str(tmp_path), **variables},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process, output
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_any_asgi_server_serves_the_factory(directory: Path, tmp_path: Path) -> None:
    """`uvicorn server:app --factory` reads the variables."""
    port = free_port()
    settings = {"MLENERGY_SOURCE": str(directory), "MLENERGY_MAX_PAGE": "3"}
    with _by_uvicorn(tmp_path, "--port", str(port), **settings) as (_, output):
        _wait_for_text(output, "Application startup complete")
        _wait_for_port(port)
        answer = httpx.get(
            f"http://127.0.0.1:{port}/graphql", params={"query": "{ dataset { source } llmRuns { nodes { id } } }"}
        ).json()["data"]
    assert answer["dataset"] == {"source": "directory"}
    assert len(answer["llmRuns"]["nodes"]) == 3


def _wait_for_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"MLENERGY_SOURCE": "nowhere"}, "error: source 'nowhere' is not a directory"),
        ({"MLENERGY_MAX_PAGE": "0"}, "error: MLENERGY_MAX_PAGE is '0'; allowed: an integer of at least 1"),
    ],
)
def test_the_factory_fails_in_one_line_with_code_2(tmp_path: Path, variables: dict[str, str], says: str) -> None:
    """As `serve` does."""
    with _by_uvicorn(tmp_path, "--port", "0", **variables) as (process, output):
        assert process.wait(timeout=60) == 2
    lines = output.read_text(encoding="utf-8").splitlines()
    assert [line.startswith(says) for line in lines] == [True], lines


def test_workers_of_the_factory_are_not_restarted_endlessly(tmp_path: Path) -> None:
    """A worker that cannot load exits with the code that tells uvicorn's supervisor so."""
    arguments = ("--port", "0", "--workers", "2")
    with _by_uvicorn(tmp_path, *arguments, MLENERGY_SOURCE="nowhere") as (process, output):
        process.wait(timeout=60)
    text = output.read_text(encoding="utf-8")
    assert 1 <= text.count("error: source 'nowhere' is not a directory") <= 2
    assert "Traceback" not in text
