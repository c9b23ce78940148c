"""Raw files: the first timeline of a large one compared with the toolkit's, from caches, and under concurrent load.

The time is from nothing in memory to the series with its summary: ours reads the file's bytes, decodes the timeline and
computes the series; the toolkit reads and extracts it in its own way. The file is in the page cache, and the process
has read a large file before, as a server has; its very first one has its own row. Not measured, on both sides: HTTP and
JSON of the answer; for the toolkit: its import.
"""

from __future__ import annotations

import asyncio
import time
from statistics import median
from typing import TYPE_CHECKING

from mlenergy.data.records import LLMRuns

from benchmarks.answers import VoidError
from benchmarks.figures import TIMES, Figure, Section, ratio
from benchmarks.large_file import write_large_file
from benchmarks.raw_files_load import measure_raw_files_load
from benchmarks.source import run_python
from tables.directory import DirectoryRawFiles, open_directory
from timelines.disk_cache import DiskCache
from timelines.loader import Loader
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.reader import RawReader
from timelines.store import StoreAbout, TimelineStore
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.load import Run
    from timelines.timeline import Timeline

_MEGABYTES = 50.0
_RATIO_TARGET = 8.0
_CACHED_TARGET_MS = 10.0
_MEMORY_TARGET = 1.5
_ROUNDS = 7


def measure_raw_files(run: Run) -> Section:
    """Measure a large raw file in process, then many raw files over HTTP.

    Raises:
        VoidError: Our timeline differs from the toolkit's, or a step failed.
        ServerError: The server did not start.
    """
    run.progress(f"a raw file of {_MEGABYTES:g} MB, compared with the toolkit")
    root = run.scratch / "raw"
    run_python("server.py", "sample", str(root), "--runs", "60")
    paths: list[str] = open_directory(root).runs["llm"].columns["results_path"].to_pylist()
    path = paths[0]
    write_large_file(root / path, megabytes=_MEGABYTES)
    size = (root / path).stat().st_size
    raw = DirectoryRawFiles(root)
    cache = DiskCache(run.scratch / "cache", max_bytes=2**30)
    store = TimelineStore(str(run.scratch / "store"))
    store.begin(StoreAbout(dataset="bench", revision="bench"))
    store.put(Loader(raw, disk=cache).load(path), version="bench")
    loader = Loader(raw)  # one for all rounds, as a server has one for all files
    first_ms, _ = _first_timeline(loader, path)
    ours, toolkit, cached, stored = [], [], [], []
    for _ in range(_ROUNDS):
        our_ms, timeline = _first_timeline(loader, path)
        ours.append(our_ms)
        toolkit.append(_toolkit_timeline(root, path, timeline))
        cached.append(_first_timeline(Loader(raw, disk=cache), path)[0])
        stored.append(_first_timeline(Loader(raw, store=store), path)[0])
    small = next(other for other in paths if other != path)
    peak = int(run_python("-c", _PEAK, str(root), small, path)) / size
    return Section(
        "raw_files",
        f"A raw file of {size / 1e6:.0f} MB",
        "the same timeline; medians of rounds in turns",
        (
            _milliseconds("first timeline, ours", ours),
            _milliseconds("first timeline, first large file of a process", [first_ms]),
            _milliseconds("first timeline, the toolkit", toolkit),
            ratio("the toolkit's time over ours", toolkit, ours, target=_RATIO_TARGET, at_least=True),
            _milliseconds("from the disk cache", cached, target=_CACHED_TARGET_MS),
            _milliseconds("from the timeline store", stored, target=_CACHED_TARGET_MS),
            Figure(name="peak memory over file size", value=peak, unit=TIMES, digits=2, target=_MEMORY_TARGET),
            *measure_raw_files_load(root / path, run),
        ),
    )


def _milliseconds(name: str, rounds: list[float], *, target: float | None = None) -> Figure:
    return Figure(name=name, value=median(rounds), unit="ms", digits=1, target=target, data={"rounds": rounds})


def _first_timeline(loader: Loader, path: str) -> tuple[float, Timeline]:
    request = TimelineRequest(
        metric=TimelineMetric.POWER_DEVICE_INSTANT, window=TimelineWindow.STEADY_STATE, max_points=1000
    )

    async def read() -> tuple[float, Timeline]:
        reader = RawReader(loader)
        begun = time.perf_counter()
        timeline = await reader.timeline(path, request)
        taken = (time.perf_counter() - begun) * 1e3
        await asyncio.gather(reader.results(path))  # the rest of the file, before the next measurement
        reader.close()
        return taken, timeline

    return asyncio.run(read())


def _toolkit_timeline(root: Path, path: str, timeline: Timeline) -> float:
    [run] = [run for run in LLMRuns.from_directory(root, stable_only=False) if run._results_path.endswith(path)]  # noqa: SLF001 - it has no public name
    begun = time.perf_counter()
    theirs = run.timelines(metric="power.device_instant")
    taken = (time.perf_counter() - begun) * 1e3
    if len(theirs) != timeline.sample_count or abs(theirs["value"].max() - timeline.max) > 1e-6:  # noqa: PLR2004 - rounding
        raise VoidError(f"{path}: the toolkit's timeline differs from ours")
    return taken


# Prints the peak memory of decoding the large file, in bytes.
_PEAK = """
import re, sys
from pathlib import Path
from tables.directory import DirectoryRawFiles
from timelines.loader import Loader

root, small, large = sys.argv[1:]
loader = Loader(DirectoryRawFiles(Path(root)))
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

loader.load(small)  # the memory that decoding needs for any file
before = peak()
loader.load(large)
print((peak() - before) * 1024)
"""
