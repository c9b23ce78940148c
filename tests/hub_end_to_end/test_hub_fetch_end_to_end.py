"""`server.py fetch` from a Hub on loopback: complete, resumed after an interruption, and one line for a failure."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tables.directory import open_directory
from tests.hub_end_to_end.processes import hub_environment, wait_until
from tests.loopback_dataset import CANARY, COMMIT
from tests.server_process import ROOT, run_server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.loopback_hub import Fault, LoopbackHub


def _fetch(hub: LoopbackHub, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_server("fetch", *arguments, environment=hub_environment(hub, home))


def test_fetch_writes_a_directory_that_can_be_served(
    hub: LoopbackHub, datasets: tuple[Path, Path], tmp_path: Path
) -> None:
    """With `--raw` all files equal the Hub's; a second run downloads only a missing file."""
    target = tmp_path / "new" / "dataset"
    done = _fetch(hub, tmp_path, str(target), "--raw")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ml-energy/benchmark-v3 at {COMMIT} is in {target}\n"
    files = {file.relative_to(datasets[0]) for file in datasets[0].rglob("*") if file.is_file()}
    assert {file.relative_to(target) for file in target.rglob("*") if file.is_file()} == files
    assert all((target / file).read_bytes() == (datasets[0] / file).read_bytes() for file in files)
    dataset = open_directory(target)
    assert dataset.raw.read(dataset.runs["llm"].values("results_path").array[0])

    (target / "runs" / "llm.parquet").unlink()
    before = len(hub.paths("GET"))
    assert _fetch(hub, tmp_path, str(target), "--raw").returncode == 0
    downloads = [path for path in hub.paths("GET")[before:] if "/resolve/" in path]
    assert [path.endswith("runs/llm.parquet") for path in downloads] == [True]


def test_fetch_without_raw_downloads_the_tables_only(hub: LoopbackHub, tmp_path: Path) -> None:
    """The source may name a revision; raw files are not downloaded."""
    done = _fetch(hub, tmp_path, str(tmp_path / "d"), "--source", f"hub@{COMMIT}")
    assert done.returncode == 0
    assert open_directory(tmp_path / "d").provenance.synthetic
    assert not (tmp_path / "d" / "llm").exists()


def test_an_interrupted_fetch_is_resumed(hub: LoopbackHub, tmp_path: Path) -> None:
    """Files that were complete before Ctrl-C are not requested again; no incomplete file has a file's name."""
    target = tmp_path / "dataset"
    hub.fail("hang", on="runs/llm.parquet")
    # A test run in the background of a shell ignores SIGINT, and its child process would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "server.py", "fetch", str(target), "--source", "hub"],
        cwd=ROOT,
        env={**os.environ, **hub_environment(hub, tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        wait_until(lambda: _downloads(hub, "runs/llm.parquet") == 1)
        process.send_signal(signal.SIGINT)
        output = "".join(process.communicate(timeout=30))
    finally:
        process.kill()
    assert process.returncode not in {0, 2}
    assert "Traceback" not in output
    assert (target / "runs" / "diffusion.parquet").is_file()
    assert not (target / "runs" / "llm.parquet").exists()
    hub.heal()
    assert _fetch(hub, tmp_path, str(target)).returncode == 0
    assert (_downloads(hub, "runs/diffusion.parquet"), _downloads(hub, "runs/llm.parquet")) == (1, 2)
    assert open_directory(target).provenance.synthetic


def _downloads(hub: LoopbackHub, file: str) -> int:
    return sum(path.endswith(file) for path in hub.paths("GET"))


@pytest.mark.parametrize(
    ("fault", "reason"), [("gated", "access is gated"), ("no-repo", "no such dataset"), ("hang", "after 0.7 s")]
)
def test_a_failed_fetch_prints_one_line(hub: LoopbackHub, tmp_path: Path, fault: Fault, reason: str) -> None:
    """Exit code 2, without the token; the timeout is that of the settings."""
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
        ("new", "hub:name", "is not a valid Hub source"),
    ],
)
def test_an_unusable_directory_or_source_is_an_error(
    hub: LoopbackHub, tmp_path: Path, target: str, source: str, reason: str
) -> None:
    """A file in place of the directory, a source that is not a Hub's: exit code 2 and one line that names it."""
    (tmp_path / "file").write_text("unchanged")
    done = _fetch(hub, tmp_path, str(tmp_path / target), "--source", source)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert reason in done.stderr
    assert (tmp_path / "file").read_text() == "unchanged"


def test_fetch_shows_its_progress_on_a_terminal(hub: LoopbackHub, tmp_path: Path) -> None:
    """A progress bar with the file's name; the other tests check that there is none without a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "server.py", "fetch", str(tmp_path / "d"), "--source", "hub"],
        cwd=ROOT,
        env={**os.environ, **hub_environment(hub, tmp_path), "TERM": "xterm", "COLUMNS": "160"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # Linux raises it when the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(timeout=30) == 0
    assert "━" in shown.decode()
    assert b"runs/llm.parquet" in shown
    assert CANARY.encode() not in shown
