"""Raw files: the first timeline of a large one beside the toolkit's, then from cache and store, and under a storm.

The first timeline is timed from nothing known to the series with its summary: ours reads the file's bytes, decodes the
timeline and makes it; the toolkit reads and extracts it in its own way. The file is in the page cache for both, and the
process has read a large file before, as a server has; its very first is told apart. Left out, on both sides:
HTTP and JSON of the answer; for the toolkit, too, its import.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
from mlenergy.data.records import LLMRuns

from benchmarks.answers import VoidError
from benchmarks.large_file import write_large_file
from benchmarks.servers import CHECKOUT, our_server, running
from tables.directory import DirectoryRawFiles, open_directory
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.reader import RawReader
from timelines.store import StoreAbout, TimelineStore
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from timelines.timeline import Timeline

MEGABYTES = 50.0
RATIO_TARGET = 8.0
KEPT_TARGET_MS = 10.0
MEMORY_TARGET = 1.5
TABLE_TARGET_MS = 100.0
_ROUNDS = 7
_SAMPLE_RUNS = 400
_DIFFERENT, _IDENTICAL, _LARGE = 200, 500, 20


@dataclass(frozen=True, slots=True)
class Storm:
    """Many cold timelines at once, and table queries meanwhile.

    Args:
        requests: How many timelines.
        files: How many different raw files, and of them large ones.
        seconds: Until the last one was there.
        errors: By code.
        reads: How often a raw file was read.
        table_ms: Milliseconds of each table query meanwhile, asked by another process, one after another.
    """

    requests: int
    files: tuple[int, int]
    seconds: float
    errors: dict[str, int]
    reads: int
    table_ms: tuple[float, ...]

    @property
    def table_p99(self) -> float:
        """The 99th percentile of the table queries."""
        return float(np.percentile(self.table_ms, 99))


@dataclass(frozen=True, slots=True)
class RawTimes:
    """What was measured.

    Args:
        megabytes: The large file's size, in MB.
        process_first_ms: Milliseconds to the first timeline of the first large file that a process reads.
        ours_ms: Milliseconds to its first timeline, round by round.
        toolkit_ms: The toolkit's, in the same rounds.
        cached_ms: From the disk cache, nothing in memory.
        stored_ms: From the timeline store, nothing in memory.
        memory: The peak of memory while it is decoded whole, over its size.
        storm: Under load.
    """

    megabytes: float
    process_first_ms: float
    ours_ms: tuple[float, ...]
    toolkit_ms: tuple[float, ...]
    cached_ms: tuple[float, ...]
    stored_ms: tuple[float, ...]
    memory: float
    storm: Storm

    @property
    def ratio(self) -> float:
        """The toolkit's time over ours, median of the rounds."""
        return median(toolkit / ours for toolkit, ours in zip(self.toolkit_ms, self.ours_ms, strict=True))


def measure_raw_files(scratch: Path, *, progress: Callable[[str], None]) -> RawTimes:
    """Measure all of it.

    Args:
        scratch: A directory with room for 200 MB.
        progress: Is told what comes next.

    Raises:
        VoidError: What was to be compared differs, or something failed.
        ServerError: The server did not start.
    """
    progress(f"a raw file of {MEGABYTES:g} MB, beside the toolkit")
    root = scratch / "raw"
    path = _with_large_file(root)
    ours, toolkit, cached, stored = [], [], [], []
    raw, size = DirectoryRawFiles(root), (root / path).stat().st_size
    cache = DiskCache(scratch / "cache", max_bytes=2**30)
    store = TimelineStore(str(scratch / "store"))
    store.begin(StoreAbout(dataset="bench", revision="bench"))
    store.put(Loader(raw, disk=cache).load(path), version="bench")
    loader = Loader(raw)  # one for all rounds, as a server has one for all files
    first_ms, _ = _first_timeline(loader, path)
    for _ in range(_ROUNDS):
        our_ms, timeline = _first_timeline(loader, path)
        their_ms = _toolkits_timeline(root, path, timeline)
        ours.append(our_ms)
        toolkit.append(their_ms)
        cached.append(_first_timeline(Loader(raw, disk=cache), path)[0])
        stored.append(_first_timeline(Loader(raw, store=store), path)[0])
    memory = _peak_bytes(root, path) / size
    storm = _storm(scratch, root / path, progress=progress)
    return RawTimes(size / 1e6, first_ms, tuple(ours), tuple(toolkit), tuple(cached), tuple(stored), memory, storm)


def _with_large_file(root: Path) -> str:
    """Write a sample whose first LLM run has a large raw file, and return its path."""
    _run("server.py", "sample", str(root), "--runs", "60")
    path: str = open_directory(root).runs["llm"].columns["results_path"][0].as_py()
    write_large_file(root / path, megabytes=MEGABYTES)
    return path


def _first_timeline(loader: Loader, path: str) -> tuple[float, Timeline]:
    request = TimelineRequest(
        metric=TimelineMetric.POWER_DEVICE_INSTANT, window=TimelineWindow.STEADY_STATE, max_points=1000
    )

    async def read() -> tuple[float, Timeline]:
        reader = RawReader(loader)
        begun = time.perf_counter()
        timeline = await reader.timeline(path, request)
        taken = (time.perf_counter() - begun) * 1e3
        await asyncio.gather(reader.results(path))  # what is left of the file, before the next is timed
        reader.close()
        return taken, timeline

    return asyncio.run(read())


def _toolkits_timeline(root: Path, path: str, timeline: Timeline) -> float:
    [run] = [run for run in LLMRuns.from_directory(root, stable_only=False) if run._results_path.endswith(path)]  # noqa: SLF001 - it has no public name
    begun = time.perf_counter()
    theirs = run.timelines(metric="power.device_instant")
    taken = (time.perf_counter() - begun) * 1e3
    if len(theirs) != timeline.sample_count or abs(theirs["value"].max() - timeline.max) > 1e-6:  # noqa: PLR2004 - rounding
        raise VoidError(f"{path}: the toolkit's timeline is another")
    return taken


_PEAK = """
import re, sys
from pathlib import Path
from tables.directory import DirectoryRawFiles
from timelines.loader import Loader

root, small, large = sys.argv[1:]
loader = Loader(DirectoryRawFiles(Path(root)))
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

loader.load(small)  # what decoding needs at all
before = peak()
loader.load(large)
print((peak() - before) * 1024)
"""


def _peak_bytes(root: Path, path: str) -> int:
    small = next(
        other for other in open_directory(root).runs["llm"].columns["results_path"].to_pylist() if other != path
    )
    return int(_run("-c", _PEAK, str(root), small, path))


_TABLE = '{ llmRuns(first: 100, where: {task: {eq: "gpqa"}}) { nodes { id nickname gpuModel energyPerTokenJoules } } }'
_TIMELINE = """query($id: ID!) {
  llmRun(id: $id) { timeline { sampleCount value } } diffusionRun(id: $id) { timeline { sampleCount value } } }"""

# Table queries by a process of its own: the one that asks for the timelines is busy.
_ASK_TABLES = """
import http.client, json, sys, time

client = http.client.HTTPConnection(sys.argv[1])
body = json.dumps({"query": sys.argv[2]})
print("ready", flush=True)
while True:
    begun = time.perf_counter()
    client.request("POST", "/graphql", body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    answered = answer.read()
    assert answer.status == 200 and b"errors" not in answered, answered[:200]
    print((time.perf_counter() - begun) * 1e3, flush=True)
    time.sleep(0.005)
"""


def _storm(scratch: Path, large: Path, *, progress: Callable[[str], None]) -> Storm:
    progress(f"{_IDENTICAL} identical and {_DIFFERENT} different cold timelines at once, beside table queries")
    root = scratch / "storm"
    _run("server.py", "sample", str(root), "--runs", f"{_SAMPLE_RUNS}")
    dataset = open_directory(root)
    for path in dataset.runs["llm"].columns["results_path"].to_pylist()[:_LARGE]:
        (root / path).unlink()
        (root / path).hardlink_to(large)
    program = our_server(root, "--raw-cache", str(scratch / "storm-cache"))
    with running(program, logs=scratch) as server:
        address = f"127.0.0.1:{server.port}"
        ids = [str(each) for kind in ("llm", "diffusion") for each in dataset.runs[kind].columns["id"].to_pylist()]
        ids = ids[: _DIFFERENT + 1]
        tables = subprocess.Popen(
            [sys.executable, "-c", _ASK_TABLES, address, _TABLE], stdout=subprocess.PIPE, text=True
        )
        assert tables.stdout is not None  # noqa: S101 - it was asked for
        tables.stdout.readline()
        begun = time.perf_counter()
        answers = asyncio.run(_ask_all(address, [ids[0]] * _IDENTICAL + ids[1:]))
        seconds = time.perf_counter() - begun
        tables.terminate()
        times = [float(line) for line in tables.stdout.read().splitlines()]
    errors: dict[str, int] = {}
    for answer in answers:
        for error in answer.get("errors", ()):
            code = error["extensions"]["code"]
            errors[code] = errors.get(code, 0) + 1
    log = (scratch / "ours.log").read_text(errors="replace")
    reads = log.count('"raw_file_loading"')
    return Storm(len(answers), (len(ids), _LARGE), seconds, errors, reads, tuple(times))


async def _ask_all(address: str, ids: list[str]) -> list[dict[str, Any]]:
    import httpx  # noqa: PLC0415 - of the development tools; the other measurements need none

    limits = httpx.Limits(max_connections=len(ids))
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=300, limits=limits) as client:

        async def ask(run: str) -> dict[str, Any]:
            answer = await client.post("/graphql", json={"query": _TIMELINE, "variables": {"id": run}})
            found: dict[str, Any] = answer.json()
            return found

        return await asyncio.gather(*(ask(run) for run in ids))


def _run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise VoidError(f"{arguments[0]}: {done.stderr}")
    return done.stdout


def as_json(times: RawTimes) -> dict[str, Any]:
    """Return the measurements for the file of results."""
    found: dict[str, Any] = json.loads(
        json.dumps(
            {
                "megabytes": times.megabytes,
                "process_first_ms": times.process_first_ms,
                "ours_ms": times.ours_ms,
                "toolkit_ms": times.toolkit_ms,
                "ratio": times.ratio,
                "ratio_target": RATIO_TARGET,
                "cached_ms": times.cached_ms,
                "stored_ms": times.stored_ms,
                "kept_target_ms": KEPT_TARGET_MS,
                "memory_over_size": times.memory,
                "memory_target": MEMORY_TARGET,
                "storm": {
                    "requests": times.storm.requests,
                    "files": times.storm.files,
                    "seconds": times.storm.seconds,
                    "errors": times.storm.errors,
                    "reads": times.storm.reads,
                    "table_queries": len(times.storm.table_ms),
                    "table_p99_ms": times.storm.table_p99,
                    "table_target_ms": TABLE_TARGET_MS,
                },
            }
        )
    )
    return found
