"""Large tables are streamed: in bounded memory, and only as long as the client reads."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pyarrow.parquet as pq
import pytest

from benchmarks.servers import cpu_seconds
from sample import sample_tables
from tests.web.observed_server import observed_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.observed_server import ObservedServer

_RUNS = 200_000  # of both kinds
_FIELDS = "id modelId task gpuModel architecture energyPerTokenJoules medianItlMs p99ItlMs avgPowerWatts avgBatchSize"
# Each field three times, under aliases.
_WIDE = " ".join(f"{alias}{field}: {field}" for alias in "abc" for field in _FIELDS.split())
QUERY = f"{{ llmRuns(first: 1000000, stability: ANY) {{ nodes {{ {_WIDE} }} }} }}"
_MIB = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObservedServer]:
    """A server over a large sample."""
    folder = tmp_path_factory.mktemp("large")
    (folder / "data" / "runs").mkdir(parents=True)
    for name, rows in zip(("llm", "diffusion"), sample_tables(runs=_RUNS), strict=True):
        pq.write_table(rows, folder / "data" / "runs" / f"{name}.parquet")
    with observed_server(folder, "--source", str(folder / "data")) as running:
        yield running


def memory(server: ObservedServer, name: str) -> int:
    """Return a figure of the server's process in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{name}:"))


@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_memory_does_not_grow_with_the_table(server: ObservedServer, form: str) -> None:
    """A table of 50 to 120 MB needs the memory of some parts, although the client reads it more slowly."""
    url, plain = f"{server.address}/graphql?format={form}", {"Accept-Encoding": "identity"}
    with httpx.stream("POST", url, json={"query": QUERY}, headers=plain, timeout=60) as response:
        assert response.status_code == 200
        parts = response.iter_raw(_MIB)
        size = len(next(parts))
        before = memory(server, "VmRSS")
        Path(f"/proc/{server.process.pid}/clear_refs").write_text("5", encoding="ascii")  # resets the peak
        for part in parts:
            size += len(part)
            time.sleep(0.002)
    assert size > 45 * _MIB
    assert memory(server, "VmHWM") - before < 30 * _MIB


def test_a_stream_ends_when_its_client_leaves(server: ObservedServer) -> None:
    """The parts that nobody reads are not computed; other requests are answered meanwhile."""
    with httpx.stream("POST", f"{server.address}/graphql?format=csv", json={"query": QUERY}, timeout=60) as response:
        next(response.iter_raw(1_000))
        answer = httpx.post(f"{server.address}/graphql", json={"query": "{ __typename }"}, timeout=5)
        assert answer.json() == {"data": {"__typename": "Query"}}
    time.sleep(1)
    busy = cpu_seconds(server.process.pid)
    time.sleep(1)
    assert cpu_seconds(server.process.pid) - busy < 0.1


def test_head_computes_no_table(server: ObservedServer) -> None:
    """HEAD has the headers of GET, and takes no time of the rows."""
    response = httpx.head(f"{server.address}/graphql", params={"format": "csv", "query": QUERY}, timeout=60)
    assert response.status_code == 200
    assert int(response.headers["x-total-count"]) > _RUNS / 2
    busy = cpu_seconds(server.process.pid)
    time.sleep(0.5)
    assert cpu_seconds(server.process.pid) - busy < 0.1


def test_a_large_table_that_is_not_streamed_is_limited_by_its_cost(server: ObservedServer) -> None:
    """Nested lists of all rows would be computed before the response starts, and are refused."""
    query = "{ llmRuns(first: 1000000, stability: ANY) { nodes { id model { gpus { model } } } } }"
    response = httpx.post(f"{server.address}/graphql?format=arrow", json={"query": query}, timeout=60)
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    few = httpx.post(f"{server.address}/graphql?format=arrow", json={"query": query.replace("1000000", "2000")})
    assert few.status_code == 200
