"""`server.py ingest` and `serve --timeline-store` as real processes, killed and restarted."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from sample import write_sample
from tables.directory import open_directory
from tests.server_process import ROOT, run_server, running_server
from tests.timelines.timeline_samples import same
from timelines.loader import Loader
from timelines.store import TimelineStore, without_tokens

if TYPE_CHECKING:
    from pathlib import Path

_RUNS = 40
_FIELDS = """id timeline(maxPoints: 50) { sampleCount value energyJoules devices { value } }"""
_QUERY = f"""{{
  llmRuns(first: 5, stability: ANY) {{ nodes {{ {_FIELDS} outputLengths {{ values }}
    latencies {{ ttft {{ meanMs }} }} serverMetrics {{ kvCacheUsage {{ value }} }} }} }}
  diffusionRuns(first: 5) {{ nodes {{ {_FIELDS} iterations {{ timeS energyJoules }} }} }}
}}"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small dataset directory, raw files included."""
    directory = tmp_path_factory.mktemp("ingest") / "dataset"
    write_sample(directory, runs=_RUNS, seed=1)
    return directory


def _ingest(root: Path, store: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_server("ingest", "--source", str(root), "--out", store, "--processes", "2", *arguments)


def _assert_complete(root: Path, address: str) -> int:
    """Check that every raw file is in the store, equal to the decoded one; return their number."""
    dataset = open_directory(root)
    store, loader = TimelineStore(address), Loader(dataset.raw)
    for path in dataset.raw_paths():
        stored, decoded = store.get(path), loader.load(path)
        assert stored is not None
        assert same(stored, without_tokens(decoded))
    return len(dataset.raw_paths())


def test_a_second_ingest_reads_and_writes_nothing(root: Path, tmp_path: Path) -> None:
    """The first stores all raw files, equal to the last bit."""
    store = str(tmp_path / "store")
    done = _ingest(root, store)
    assert done.returncode == 0, done.stderr
    count = _assert_complete(root, store)
    assert f"{count} files stored, 0 unchanged, 0 skipped" in done.stdout
    written = {file: file.stat().st_mtime_ns for file in (tmp_path / "store").rglob("*")}
    again = _ingest(root, store)
    assert f"0 files stored, {count} unchanged, 0 skipped; 0.0 MB became 0.0 MB" in again.stdout
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "store").rglob("*")} == written


def test_ingest_replaces_damaged_files(root: Path, tmp_path: Path) -> None:
    """Damage in any part of a file is detected and repaired."""
    store = tmp_path / "store"
    assert _ingest(root, str(store)).returncode == 0
    files = sorted(store.rglob("*.parquet"))
    for file, place in zip(files[:3], (10, 0.5, -20), strict=True):
        content = bytearray(file.read_bytes())
        content[int(place * len(content)) if place == 1 / 2 else int(place)] ^= 1
        file.write_bytes(content)
    done = _ingest(root, str(store))
    assert f"3 files stored, {len(files) - 3} unchanged, 0 skipped" in done.stdout
    _assert_complete(root, str(store))


def test_a_killed_ingest_is_continued(root: Path, tmp_path: Path) -> None:
    """Killed with its workers after some files: no file is incomplete, and the next run adds the others."""
    store = tmp_path / "store"
    command = [sys.executable, "server.py", "ingest", "--source", str(root), "--out", str(store), "--processes", "1"]
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not (there := list(store.rglob("*.parquet"))):
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    dataset = open_directory(root)
    assert all(TimelineStore(str(store)).get(path) for path in dataset.raw_paths() if _kept(store, path))
    done = _ingest(root, str(store))
    assert done.returncode == 0, done.stderr
    assert "0 skipped" in done.stdout
    assert len(there) < _assert_complete(root, str(store))


def _kept(store: Path, path: str) -> bool:
    return (store / path.replace(".json", ".parquet")).exists()


def test_an_unreadable_file_is_named_and_skipped(root: Path, tmp_path: Path) -> None:
    """A truncated and a missing file: each is reported with its reason, and the others are stored."""
    broken = tmp_path / "dataset"
    shutil.copytree(root, broken)
    cut, missing = open_directory(broken).raw_paths()[:2]
    (broken / cut).write_bytes((broken / cut).read_bytes()[:1000])
    (broken / missing).unlink()
    done = _ingest(broken, str(tmp_path / "store"))
    assert done.returncode == 1
    assert f"skipped: {cut}: Input data was truncated" in done.stderr
    assert f"skipped: raw file '{missing}' cannot be read: No such file or directory." in done.stderr
    assert ", 2 skipped;" in done.stdout
    shutil.copy(root / missing, broken / missing)
    again = _ingest(broken, str(tmp_path / "store"))
    assert "1 files stored" in again.stdout
    assert ", 1 skipped;" in again.stdout


def test_ingest_runs_on_an_existing_cluster(root: Path, tmp_path: Path) -> None:
    """With the workers of a scheduler at an address, and a store at an address of a file system."""
    script = (
        "from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    cluster = LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)\n"
        "    print(cluster.scheduler_address, flush=True)\n"
        "    input()\n"
    )
    file = tmp_path / "cluster.py"
    file.write_text(script)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    cluster = subprocess.Popen(  # noqa: S603 - a scheduler of our own
        [sys.executable, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert cluster.stdout is not None
        scheduler = cluster.stdout.readline().strip()
        done = run_server(
            "ingest", "--source", str(root), "--out", f"file://{tmp_path}/store", "--scheduler", scheduler
        )
    finally:
        cluster.communicate("\n", timeout=30)
    assert done.returncode == 0, done.stderr
    _assert_complete(root, str(tmp_path / "store"))


def test_a_store_serves_without_raw_files(root: Path, tmp_path: Path) -> None:
    """The response equals that of the raw files, which are gone; only inter-token latencies are unavailable."""
    store = str(tmp_path / "store")
    assert _ingest(root, store).returncode == 0
    bare = tmp_path / "bare"
    shutil.copytree(root, bare, ignore=shutil.ignore_patterns("results.json", "prometheus.json"))
    none = ("--raw-cache-mib", "0")
    tokens = "{ llmRuns(first: 1) { nodes { interTokenLatencies { count } } } }"
    with running_server("--source", str(root), *none) as address:
        expected = httpx.post(f"{address}/graphql", json={"query": _QUERY}).json()
    assert "errors" not in expected
    with running_server("--source", str(bare), "--timeline-store", store, *none) as address:
        assert httpx.post(f"{address}/graphql", json={"query": _QUERY}).json() == expected
        [error] = httpx.post(f"{address}/graphql", json={"query": tokens}).json()["errors"]
    assert error["extensions"]["code"] == "RAW_DATA_UNAVAILABLE"
    assert "the timeline store keeps no inter-token latencies" in error["message"]
    with running_server("--source", str(root), "--timeline-store", store, *none) as address:
        answer = httpx.post(f"{address}/graphql", json={"query": tokens}).json()
        assert answer["data"]["llmRuns"]["nodes"][0]["interTokenLatencies"]["count"] > 0


def test_answers_from_a_store_are_cached(root: Path, tmp_path: Path) -> None:
    """The edition determines its files. Inter-token latencies come from a raw file, which can be replaced."""
    store = str(tmp_path / "store")
    assert _ingest(root, store).returncode == 0
    with running_server("--source", str(root), "--timeline-store", store, "--raw-cache-mib", "0") as address:

        def headers(fields: str) -> httpx.Headers:
            query = f"{{ llmRuns(first: 1) {{ nodes {{ {fields} }} }} }}"
            return httpx.get(f"{address}/graphql", params={"query": query}).headers

        answers = [headers(_FIELDS) for _ in range(3)]
        assert {each["cache-control"] for each in answers} == {"public, max-age=60"}
        assert len({each["etag"] for each in answers}) == 1
        tokens = headers("interTokenLatencies { count }")
        assert (tokens["cache-control"], "etag" in tokens) == ("no-store", False)


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        ("serve", ("--timeline-store", "nowhere"), "timeline store 'nowhere' does not exist"),
        ("serve", ("--timeline-store", "gopher://x"), "timeline store 'gopher://x' cannot be reached"),
        ("ingest", ("--out", "/proc/store"), "timeline store '/proc/store' cannot be written"),
        (
            "ingest",
            ("--out", "x", "--max-raw-file-mib", "0"),
            "--max-raw-file-mib is '0'; allowed: an integer of at least 1",
        ),
    ],
)
def test_a_user_error_is_one_line(command: str, arguments: tuple[str, ...], message: str) -> None:
    """No traceback: the input, its value, and what is allowed."""
    done = run_server(command, "--source", "sample", *arguments)
    assert done.returncode == 2
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    assert message in line
    assert "Traceback" not in done.stderr


def test_an_unreachable_scheduler_is_named(root: Path, tmp_path: Path) -> None:
    """The message has the address."""
    done = run_server("ingest", "--source", str(root), "--out", str(tmp_path / "s"), "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "error: scheduler 'tcp://127.0.0.1:9' cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_dask_the_command_says_how_to_install_it(tmp_path: Path) -> None:
    """Dask is an extra; the message has the command that installs it."""
    script = (
        "import sys; sys.modules['distributed'] = None\n"
        "sys.argv = ['server.py', 'ingest', '--out', sys.argv[1]]\n"
        "import server; server.main()\n"
    )
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "install it with: pip install -r requirements-ingest.lock" in done.stderr
