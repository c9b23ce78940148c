"""Many timelines of uncached raw files at once over HTTP, with table queries of another client at the same time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import httpx
import numpy as np

from benchmarks.figures import Figure
from benchmarks.servers import our_server, running
from benchmarks.source import run_python
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.load import Run

_TABLE_TARGET_MS = 100.0
_SAMPLE_RUNS = 400
_DIFFERENT, _IDENTICAL, _LARGE = 200, 500, 20
_TABLE = '{ llmRuns(first: 100, where: {task: {eq: "gpqa"}}) { nodes { id nickname gpuModel energyPerTokenJoules } } }'
_TIMELINE = """query($id: ID!) {
  llmRun(id: $id) { timeline { sampleCount value } } diffusionRun(id: $id) { timeline { sampleCount value } } }"""

# Sends table queries and prints the milliseconds of each. Its own process: the one that requests the timelines is busy.
_TABLE_QUERIES = """
import http.client, json, sys, time

client = http.client.HTTPConnection(sys.argv[1])
body = json.dumps({"query": sys.argv[2]})
print("ready", flush=True)
while True:
    begun = time.perf_counter()
    client.request("POST", "/graphql", body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    content = answer.read()
    assert answer.status == 200 and b"errors" not in content, content[:200]
    print((time.perf_counter() - begun) * 1e3, flush=True)
    time.sleep(0.005)
"""


def measure_raw_files_load(large: Path, run: Run) -> Iterator[Figure]:
    """Request timelines of a sample whose first raw files are a large one.

    Raises:
        VoidError: The sample could not be made.
        ServerError: The server did not start.
    """
    run.progress(f"{_IDENTICAL} identical and {_DIFFERENT} different timelines at once, with table queries")
    root = run.scratch / "raw-load"
    run_python("server.py", "sample", str(root), "--runs", f"{_SAMPLE_RUNS}")
    dataset = open_directory(root)
    for path in dataset.runs["llm"].columns["results_path"].to_pylist()[:_LARGE]:
        (root / path).unlink()
        (root / path).hardlink_to(large)
    ids = [str(each) for kind in ("llm", "diffusion") for each in dataset.runs[kind].columns["id"].to_pylist()]
    ids = ids[: _DIFFERENT + 1]
    program = our_server(root, "--raw-cache", str(run.scratch / "raw-load-cache"))
    with running(program, logs=run.scratch) as server:
        address = f"127.0.0.1:{server.port}"
        command = [sys.executable, "-c", _TABLE_QUERIES, address, _TABLE]
        tables = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert tables.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
        tables.stdout.readline()
        begun = time.perf_counter()
        answers = asyncio.run(_request_all(address, [ids[0]] * _IDENTICAL + ids[1:]))
        seconds = time.perf_counter() - begun
        tables.terminate()
        table_ms = [float(line) for line in tables.stdout.read().splitlines()]
    errors = Counter(error["extensions"]["code"] for answer in answers for error in answer.get("errors", ()))
    reads = (run.scratch / "ours.log").read_text(errors="replace").count('"raw_file_loading"')
    name = f"{len(answers)} timelines at once, of {len(ids)} uncached files, {_LARGE} of them large"
    yield Figure(name=name, value=seconds, unit="s", digits=1)
    yield Figure(name="reads of raw files", value=reads, target=len(ids))
    yield Figure(name="errors", value=errors.total(), target=0, data={"codes": errors})
    name, p99 = f"table queries meanwhile, p99 of {len(table_ms)}", float(np.percentile(table_ms, 99))
    yield Figure(name=name, value=p99, unit="ms", digits=1, target=_TABLE_TARGET_MS)


async def _request_all(address: str, ids: list[str]) -> list[dict[str, Any]]:
    limits = httpx.Limits(max_connections=len(ids))
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=300, limits=limits) as client:

        async def timeline(run: str) -> dict[str, Any]:
            answer = await client.post("/graphql", json={"query": _TIMELINE, "variables": {"id": run}})
            found: dict[str, Any] = answer.json()
            return found

        return await asyncio.gather(*map(timeline, ids))
