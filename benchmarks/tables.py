"""Time until a notebook has a DataFrame of all runs and columns, by format, and the server's share of it.

One client sends one request at a time, with a threshold that never repeats. Not measured: many clients; a million rows.
"""

from __future__ import annotations

import io
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pandas as pd  # type: ignore[import-untyped]  # no type information installed
import pyarrow as pa

from benchmarks.answers import VoidError
from benchmarks.figures import Figure, Section, ratio
from benchmarks.servers import cpu_seconds, our_server, running
from benchmarks.workloads import WORKLOADS, on_dataset
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.load import Run
    from benchmarks.servers import Server
    from benchmarks.source import Source

_REQUESTS = 40  # of each format and round
_TARGET = 3
_READERS: dict[str, Callable[[bytes], Any]] = {
    "json": lambda body: pd.DataFrame(orjson.loads(body)["data"]["llmRuns"]["nodes"]),
    "arrow": lambda body: pa.ipc.open_stream(body).read_pandas(),
    "parquet": lambda body: pd.read_parquet(io.BytesIO(body)),
    "csv": lambda body: pd.read_csv(io.BytesIO(body)),
    "ndjson": lambda body: pd.read_json(io.BytesIO(body), lines=True),
}


def measure_tables(source: Source, run: Run) -> Section:
    """Measure each format in turns.

    Raises:
        ServerError: The server did not become ready, or ended.
        VoidError: A format has other rows than JSON, or a request failed.
    """
    workloads = on_dataset(WORKLOADS, open_directory(source.directory))
    bodies = next(each for each in workloads if each.name == "all").bodies()
    seconds: dict[str, list[float]] = {form: [] for form in _READERS}
    cpu: dict[str, list[float]] = {form: [] for form in _READERS}
    with running(our_server(source.directory), logs=run.scratch) as server, httpx.Client() as client:
        for number in range(run.shape.rounds + 1):
            rows = set()
            for form in _READERS:
                run.progress(f"tables: {form}, round {number} of {run.shape.rounds}")
                texts = [bodies.body(number * _REQUESTS + place) for place in range(_REQUESTS)]
                found, client_seconds, server_seconds = _round(client, server, form, texts)
                rows.add(found)
                if number:  # the first round fills the caches of both sides
                    seconds[form].append(client_seconds)
                    cpu[form].append(server_seconds)
            if len(rows) != 1:
                raise VoidError(f"tables: the formats have different numbers of rows: {sorted(rows)}")
    figures = [
        Figure(
            name=f"request to DataFrame: {form}",
            value=median(seconds[form]) * 1e3,
            unit="ms",
            digits=2,
            details={"CPU of the server, µs": f"{median(cpu[form]) * 1e6:,.0f}"},
        )
        for form in _READERS
    ]
    name = "requests per CPU second of the server, Arrow over JSON"
    figures.append(ratio(name, cpu["json"], cpu["arrow"], target=_TARGET, at_least=True))
    note = f"{_REQUESTS} requests of each format in turns, {run.shape.rounds} rounds; medians"
    return Section("tables", f"Tables of all runs and columns on {source.directory.name}", note, tuple(figures))


def _round(client: httpx.Client, server: Server, form: str, texts: list[bytes]) -> tuple[int, float, float]:
    """Return the number of rows, the seconds of a request, and the server's CPU seconds of a request."""
    rows, total = 0, 0.0
    before = cpu_seconds(server.pid)
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    for text in texts:
        start = time.perf_counter()
        response = client.post(f"{server.url}?format={form}", content=text, headers=headers)
        if response.is_error:
            raise VoidError(f"tables: {form}: {response.text[:300]}")
        frame = _READERS[form](response.content)
        total += time.perf_counter() - start
        rows += len(frame)
    return rows, total / len(texts), (cpu_seconds(server.pid) - before) / len(texts)
